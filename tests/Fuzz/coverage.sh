#!/usr/bin/env bash
# Which lines of the parsers the fixed budget of inputs reaches, folder by folder, and which it does not. Arguments go to `dotnet test`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

results=artifacts/fuzz/coverage
rm -rf "$results"
dotnet test tests/Fuzz -c Release --nologo --collect "XPlat Code Coverage" --settings tests/Fuzz/coverage.runsettings --results-directory "$results" "$@" > "$results.log" 2>&1 \
    || { tail -40 "$results.log" >&2; exit 1; }
report=$(find "$results" -name coverage.cobertura.xml | head -1)

# A file is listed once for each of its classes, and a line perhaps more than once: it is reached if any of them was.
awk -v root="$PWD/" '
    /<class / { match($0, /filename="[^"]*"/); file = substr($0, RSTART + 10, RLENGTH - 11); sub(root, "", file); sub(/^.*src\//, "src/", file) }
    /<line / { match($0, /number="[0-9]+"/); line = substr($0, RSTART + 8, RLENGTH - 9); match($0, /hits="[0-9]+"/); key = file ":" line; hits[key] += substr($0, RSTART + 6, RLENGTH - 7) }
    END {
        for (key in hits) {
            split(key, part, ":"); folder = part[1]; sub(/\/[^\/]*$/, "", folder)
            all[folder]++; if (hits[key] > 0) reached[folder]++; else missed[part[1]] = missed[part[1]] " " part[2]
        }
        for (folder in all) printf "1 %-42s %5d of %5d lines %6.1f %%\n", folder, reached[folder], all[folder], 100 * reached[folder] / all[folder]
        for (file in missed) printf "2 not reached: %s:%s\n", file, missed[file]
    }' "$report" | sort | cut -c3-
