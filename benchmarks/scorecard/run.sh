#!/bin/sh
# Measures every number that the issues name, prints them as a table and writes it to
# benchmarks/results/<processor>/scorecard.md. Options go to the program (--help lists them). Ends with 1 where a goal is
# missed or something does not work. Without Node there is no comparison with ONNX Runtime, and without a C linker nothing of NativeAOT.
set -eu
cd "$(dirname "$0")/../.."
built=$(mktemp -d)
trap 'rm -rf "$built"' EXIT
dotnet publish benchmarks/scorecard -c Release -o "$built" -v quiet --nologo
"$built/scorecard" "$@"
