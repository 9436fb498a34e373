#!/usr/bin/env bash
# SharpFuzz counts the branches of the parsers in a folder's assemblies, which it changes where they lie: `instrument.sh FOLDER`.
set -euo pipefail
folder=$(realpath "${1:?a folder of assemblies}")
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

tools=artifacts/fuzz/tools
[[ -x $tools/sharpfuzz ]] || dotnet tool install SharpFuzz.CommandLine --version 2.3.0 --tool-path "$tools" > /dev/null

for library in EfficientNet.Runtime EfficientNet.Imaging EfficientNet.Training EfficientNet.Compiler BitMiracle.LibJpeg.NET; do
    "$tools/sharpfuzz" "$folder/$library.dll"
done
# The command line's reader of labels is compiled into whatever fuzzes it.
"$tools/sharpfuzz" "$folder"/EfficientNet.Fuzz.*.dll EfficientNet.Cli.Classification
