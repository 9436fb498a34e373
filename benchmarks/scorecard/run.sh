#!/bin/sh
# Measures every number that the issues name, prints them as a table and writes it to
# benchmarks/results/<processor>/scorecard.md. Options go to the program (--help lists them). Ends with 1 where a goal is
# missed. Without Node the comparison with ONNX Runtime is not measured; everything else needs the .NET SDK only.
set -eu
cd "$(dirname "$0")/../.."
if command -v npm >/dev/null 2>&1; then
    benchmarks/compare/node/install.sh || echo "ONNX Runtime could not be installed: it is not compared with" >&2
fi
built=$(mktemp -d)
trap 'rm -rf "$built"' EXIT
dotnet publish benchmarks/scorecard -c Release -o "$built" -v quiet --nologo
"$built/scorecard" "$@"
