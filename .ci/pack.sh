#!/usr/bin/env bash
# Makes all packages, tries the command line's, and writes beside them their software bill of materials: what they carry and depend on is
# required in it, what only their build uses is excluded.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

folder=artifacts/package/release
version=$(sed -nE 's:.*<Version>(.*)</Version>.*:\1:p' Directory.Build.props)
bill=EfficientNet.$version.cdx.json

dotnet tool restore
dotnet pack .ci/packages.slnf --configuration Release --nologo --verbosity quiet
dotnet dotnet-CycloneDX .ci/packages.slnf --output "$folder" --filename "$bill" --output-format Json \
    --set-name EfficientNet.Compiler --set-version "$version" --set-type Library --no-serial-number \
    --disable-package-restore --base-intermediate-output-path "$PWD/artifacts/obj/"

# The bill against what people keep by hand: every library that a package notices.
noticed=$(grep -hE '^[A-Za-z][A-Za-z.]+ [0-9]+(\.[0-9]+)+$' src/*/THIRD-PARTY-NOTICES.txt | sort -u)
if [ -z "$noticed" ]; then
    echo "pack: no THIRD-PARTY-NOTICES.txt names a library" >&2
    exit 1
fi
while read -r name number; do
    grep -A 12 -F "\"bom-ref\": \"pkg:nuget/$name@$number\"" "$folder/$bill" | grep -q '"scope": "required"' || {
        echo "pack: $bill does not require $name $number, which THIRD-PARTY-NOTICES.txt names" >&2
        exit 1
    }
done <<< "$noticed"

# The command line as its user gets it: installed from the folder alone, with the terms of what it carries.
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
dotnet tool install EfficientNet.Cli --version "$version" --tool-path "$tools" --source "$PWD/$folder" > /dev/null
line=$("$tools/efficientnet" classify assets/photos/coffee.png --json --top 1)
if [[ $line != *'"top":[{"class":967,'* ]]; then
    echo "pack: the installed tool says of coffee.png: $line" >&2
    exit 1
fi
for file in LICENSE THIRD-PARTY-NOTICES.txt notices/weights/NOTICE notices/labels/LICENSE notices/onnx/LICENSE; do
    [[ -s $tools/.store/efficientnet.cli/$version/efficientnet.cli/$version/$file ]] || { echo "pack: the tool's package lacks $file" >&2; exit 1; }
done

for package in "$folder"/*."$version".nupkg; do
    echo "pack: $(basename "$package"), $(stat -c %s "$package") bytes"
done
