#!/usr/bin/env bash
# Installs ONNX Runtime's Node package as benchmarks/compare/node locks it, and Node where there is none.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

missing=()
command -v node > /dev/null || missing+=(nodejs)
command -v npm > /dev/null || missing+=(npm)
if (( ${#missing[@]} > 0 )); then
    as_root=()
    (( EUID == 0 )) || as_root=(sudo)
    echo "onnxruntime: installing ${missing[*]}"
    "${as_root[@]}" apt-get update -qq
    DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null
fi
sh benchmarks/compare/node/install.sh
echo "onnxruntime: $(sed -nE 's/.*"version": "([^"]+)".*/\1/p' benchmarks/compare/node/node_modules/onnxruntime-node/package.json | head -1), Node $(node --version)"
