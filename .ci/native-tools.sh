#!/usr/bin/env bash
# Brings what NativeAOT needs: clang and lld, which link; zlib, the one library that the class library wants to link against; and the
# package of the native compiler, which the tests take from the machine's package folder.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

missing=()
command -v clang > /dev/null || missing+=(clang)
command -v ld.lld > /dev/null || missing+=(lld)
[[ -e /usr/include/zlib.h ]] || missing+=(zlib1g-dev)
if (( ${#missing[@]} > 0 )); then
    as_root=()
    (( EUID == 0 )) || as_root=(sudo)
    echo "native-tools: installing ${missing[*]}"
    "${as_root[@]}" apt-get update -qq
    DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null
fi
# Where .ci/aot-check.sh builds, which finds it restored.
dotnet restore src/Cli -p:NativeCommandLine=true -p:ArtifactsPath="$PWD/artifacts/aot/build" --verbosity quiet
echo "native-tools: $(clang --version | head -1)"
