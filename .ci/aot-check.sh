#!/usr/bin/env bash
# Publishes the command line with NativeAOT, once for AVX-512 processors and once for AVX2 ones, and classifies the
# sample photos with each. Any trimming or AOT warning fails the build (warnings are errors, ILC's too).
#
# net9.0 and not net10.0: it is the newest version whose NativeAOT pack is published everywhere we check.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [[ $(uname -sm) != "Linux x86_64" ]]; then
    echo "aot-check: the two flavours are for Linux on x86-64, this is $(uname -sm)" >&2
    exit 1
fi

bash .ci/native-tools.sh

# The class that every sample photo shows most.
declare -A expected=([astronaut.png]=560 [chelsea.png]=282 [coffee.png]=967 [rocket.jpg]=657)
output=artifacts/aot

# publish FLAVOUR INSTRUCTION_SETS, the latter as ILC 9 spells them. A NativeAOT program holds the kernels of one
# instruction set: what is not named here does not exist for it.
publish() {
    local flavour=$1 sets=$2 log=$output/$1.log
    echo "aot-check: publishing $flavour ($sets)"
    mkdir -p "$output"
    # Folders of its own: neither the ordinary build's files nor its locks know of a native compiler.
    if ! dotnet publish src/Cli --configuration Release --framework net9.0 --nologo \
        --output "$output/$flavour" \
        -p:NativeCommandLine=true \
        -p:IlcInstructionSet="${sets//,/%2c}" \
        -p:ArtifactsPath="$PWD/$output/build" \
        -p:NativeIntermediateOutputPath="$PWD/$output/native-$flavour/" \
        -p:TrimmerSingleWarn=false \
        -p:LinkerFlavor=lld > "$log" 2>&1
    then
        cat "$log" >&2
        exit 1
    fi
    if grep -E 'warning [A-Z]+[0-9]+' "$log" >&2; then
        echo "aot-check: $flavour was published with warnings" >&2
        exit 1
    fi
}

# check FLAVOUR INSTRUCTION_SET: naming the set to the program proves that its kernels are in it and run.
check() {
    local flavour=$1 set=$2 program=$output/$1/efficientnet photo line
    for photo in "${!expected[@]}"; do
        line=$(EFFICIENTNET_ISA=$set "$program" classify "assets/photos/$photo" --json --top 1)
        if [[ $line != *"\"top\":[{\"class\":${expected[$photo]},"* ]]; then
            echo "aot-check: $flavour: $photo should be class ${expected[$photo]}, found $line" >&2
            exit 1
        fi
    done
    "$program" classify assets/photos
    "$program" inspect EfficientNetB0 > /dev/null
    "$program" networks > /dev/null
    EFFICIENTNET_ISA=$set "$program" benchmark --threads 1 --passes 1 --profile > /dev/null
    # Protobuf's generated classes are the one part that reflection could hide in.
    "$program" export EfficientNetLite0 --output "$output/$1.onnx"
    grep -q BatchNormalization "$output/$1.onnx"
    echo "aot-check: $flavour runs $set kernels, all photos as expected; $(stat -c %s "$program") bytes"
}

publish x86-64-v4 x86-x64-v4
publish x86-64-v3 x86-x64-v3

check x86-64-v3 avx2
if EFFICIENTNET_ISA=avx512 "$output/x86-64-v3/efficientnet" classify assets/photos/coffee.png > /dev/null 2>&1; then
    echo "aot-check: the x86-64-v3 program has AVX-512 kernels, which it was not published with" >&2
    exit 1
fi
if grep -q avx512dq /proc/cpuinfo; then
    check x86-64-v4 avx512
else
    echo "aot-check: x86-64-v4 was published but not run: this processor has no AVX-512"
fi
