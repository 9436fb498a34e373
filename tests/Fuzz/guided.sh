#!/usr/bin/env bash
# Fuzzing by hand, guided by coverage: SharpFuzz counts branches in a copy of the libraries, and inputs that reach new ones are mutated further; they are kept in
# artifacts/fuzz/discovered. `guided.sh MINUTES [SEED] [FILTER]`: minutes for each parser, a seed, a test class such as PngTests.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

minutes=${1:?minutes for each parser}
seed=${2:-1}
filter=${3:-Fuzz}

dotnet build tests/Fuzz -c Release --nologo --verbosity quiet
copy=artifacts/fuzz/guided
rm -rf "$copy"
cp -r artifacts/bin/EfficientNet.Fuzz.Tests/release "$copy"
tests/Fuzz/instrument.sh "$copy"

# One parser at a time: there is one map.
EFFICIENTNET_FUZZ_GUIDED=1 EFFICIENTNET_FUZZ_MINUTES=$minutes EFFICIENTNET_FUZZ_SEED=$seed \
    dotnet vstest "$copy/EfficientNet.Fuzz.Tests.dll" --TestCaseFilter:"FullyQualifiedName~$filter" --logger:"console;verbosity=detailed" -- xUnit.ParallelizeTestCollections=false
