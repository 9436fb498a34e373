#!/bin/sh
# Measures every number that the issues name, prints them as a table and writes it to
# benchmarks/results/<processor>/scorecard.md. Options go to the program (--help lists them). Ends with 1 where a goal is
# missed. Without Node the comparison with ONNX Runtime cannot be made; everything else needs the .NET SDK only.
set -eu
cd "$(dirname "$0")/../.."
built=$(mktemp -d)
trap 'rm -rf "$built"' EXIT
dotnet publish benchmarks/scorecard -c Release -o "$built" -v quiet --nologo
"$built/scorecard" "$@"
