#!/bin/sh
# This project against ONNX Runtime on this machine: builds, installs the peer, measures, prints the table and writes it
# to benchmarks/results/<processor>/compare.md. Needs the .NET SDK and Node; with a C linker NativeAOT is measured too, and with
# ReadyToRun's compiler a start with it.
# --no-aot leaves NativeAOT out; all other options go to the program (--help lists them).
set -eu
cd "$(dirname "$0")/../.."
aot=yes
[ "${1:-}" = "--no-aot" ] && { aot=no; shift; }

benchmarks/compare/node/install.sh
built=$(mktemp -d)
trap 'rm -rf "$built"' EXIT
dotnet publish benchmarks/compare -c Release -o "$built/jit" -v quiet --nologo
if [ $aot = yes ]; then
    if dotnet publish benchmarks/compare -c Release -p:BenchmarkAot=true -p:NativeCommandLine=true -p:ArtifactsPath="$built/artifacts" -o "$built/aot" -v quiet --nologo >"$built/aot.log" 2>&1 \
        && dotnet publish benchmarks/first -c Release -p:BenchmarkAot=true -p:ArtifactsPath="$built/artifacts" -o "$built/first" -v quiet --nologo >>"$built/aot.log" 2>&1; then
        set -- --aot "$built/aot/compare" --first "$built/first/first" "$@"
    else
        echo "NativeAOT is left out, because publishing failed:" >&2
        tail -n 5 "$built/aot.log" >&2
    fi
fi
if dotnet publish benchmarks/compare -c Release -p:BenchmarkReadyToRun=true -p:ArtifactsPath="$built/ahead-artifacts" -o "$built/ahead" -v quiet --nologo >"$built/ahead.log" 2>&1; then
    set -- --ready-to-run "$built/ahead/compare" "$@"
else
    echo "ReadyToRun is left out, because publishing failed:" >&2
    tail -n 5 "$built/ahead.log" >&2
fi
"$built/jit/compare" "$@"
