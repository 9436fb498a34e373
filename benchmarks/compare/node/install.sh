#!/bin/sh
# Installs ONNX Runtime's Node package at the locked version. The processor's own library is inside the package;
# its install script only fetches accelerators, so no script is run.
set -eu
cd "$(dirname "$0")"
locked=$(sed -n 's/.*"onnxruntime-node": "\(.*\)".*/\1/p' package.json)
if [ -f node_modules/onnxruntime-node/package.json ] && grep -q "\"version\": \"$locked\"" node_modules/onnxruntime-node/package.json; then
    exit 0
fi
npm ci --ignore-scripts --no-audit --no-fund
