#!/usr/bin/env bash
# Which lines of each parser the fixed budget of inputs reaches, and which it does not. Arguments go to `dotnet test`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

results=artifacts/fuzz/coverage
rm -rf "$results"
mkdir -p "$results"
dotnet test tests/Fuzz -c Release --nologo --collect "XPlat Code Coverage" --settings tests/Fuzz/coverage.runsettings --results-directory "$results" "$@" > "$results.log" 2>&1 \
    || { tail -40 "$results.log" >&2; exit 1; }
report=$(find "$results" -name coverage.cobertura.xml | head -1)

# Which files are a parser's. Writers and what only hands parsed data on lie beside them and do not count.
parser() {
    case $1 in
        */Generator/Parsing/*) echo "spec JSON" ;;
        */Runtime/Weights/PyTorch/*) echo "pth" ;;
        */Weights/Packed*) echo "packed weights" ;;
        */Weights/SafetensorsWriter.cs | */Weights/WeightConver[st]* | */Weights/ConvertedWeights.cs | */Weights/WholeFile.cs | */Weights/WeightReader.cs) ;;
        */Runtime/Weights/Safetensors* | */Weights/ByteSource.cs | */Weights/WeightFile*) echo "safetensors" ;;
        */Runtime/Weights/*) echo "weights of a network" ;;
        */Decoding/Png/*) echo "PNG" ;;
        */Decoding/Jpeg/*) echo "JPEG" ;;
        */Imaging/Decoding/*) echo "PNG and JPEG" ;;
        */Training/Data/Idx*) echo "IDX" ;;
        */Data/CsvImages.cs | */Data/ClassTable.cs | */Data/ImageFiles.cs) echo "CSV" ;;
        */Checkpoints/Checkpoint.cs | */Checkpoints/CheckpointException.cs | */Checkpoints/*State.cs) echo "checkpoint" ;;
        */Cli/Classification/ClassLabels.cs) echo "labels" ;;
    esac
}

# A file is listed once for each of its classes, and a line perhaps more than once: it is reached if any of them was.
awk '
    /<class / { match($0, /filename="[^"]*"/); file = substr($0, RSTART + 10, RLENGTH - 11) }
    /<line / { match($0, /number="[0-9]+"/); line = substr($0, RSTART + 8, RLENGTH - 9); match($0, /hits="[0-9]+"/); hits[file " " line] += substr($0, RSTART + 6, RLENGTH - 7) }
    END { for (key in hits) print key, (hits[key] > 0) }' "$report" | sort -k1,1 -k2,2n |
while read -r file line reached; do
    [[ $file == "${last:-}" ]] || { last=$file; name=$(parser "/$file"); }
    [[ -z $name ]] || echo "$name|$file|$line|$reached"
done | awk -F'|' '
    { all[$1]++; reached[$1] += $4; if ($4 == 0) missed[$2] = missed[$2] " " $3 }
    END {
        for (name in all) printf "1 %-22s %5d of %5d lines %6.1f %%\n", name, reached[name], all[name], 100 * reached[name] / all[name]
        for (file in missed) printf "2 not reached: %s:%s\n", file, missed[file]
    }' | sort | cut -c3-
