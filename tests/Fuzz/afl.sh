#!/usr/bin/env bash
# AFL++ against a NativeAOT build of the parsers: `afl.sh MINUTES [PARSER...]`, minutes for each parser, those that are named as docs/reliability.md does or all.
# Findings come to artifacts/fuzz/findings, and what AFL++ wrote stays in artifacts/fuzz/afl. With EFFICIENTNET_FUZZ_RECORD=1 each parser's row of the page is written.
# Needs AFL++ (Debian's afl++) and what NativeAOT needs (.ci/native-tools.sh).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

minutes=${1:?minutes for each parser}
only=("${@:2}")
page=docs/reliability.md
program=artifacts/fuzz/native/EfficientNet.Fuzz.Native

dotnet publish tests/Fuzz/Native -c Release --nologo --verbosity quiet --output "$(dirname "$program")"
"$program" parsers > artifacts/fuzz/parsers
for parser in "${only[@]}"; do
    grep -qxF "$parser" artifacts/fuzz/parsers && continue
    echo "afl: expected one of the parsers, found '$parser': $(paste -sd, artifacts/fuzz/parsers)" >&2
    exit 2
done
(( ${#only[@]} == 0 )) || printf '%s\n' "${only[@]}" > artifacts/fuzz/parsers

# A process that is killed leaves what it wrote.
scratch=$(mktemp -d -p "$([[ -d /dev/shm ]] && echo /dev/shm || echo /tmp)")
trap 'rm -rf "$scratch"' EXIT

# Its user interface, its wishes for the machine's set-up and its hold on one processor are for machines that do nothing else.
export AFL_NO_UI=1 AFL_NO_AFFINITY=1 AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1
# One process reads many inputs; that it does is otherwise seen by a mark of AFL++'s compiler.
export AFL_PERSISTENT=1

found=0
while read -r parser; do
    folder=artifacts/fuzz/afl/${parser// /-}
    rm -rf "$folder"
    mkdir -p "$folder"
    # Files on which the parser fails at once end the script here: AFL++ would only skip them.
    "$program" seeds "$parser" "$scratch" "$folder/seeds"
    # Longer than any parser may take: the program complains itself about inputs that are slow, and ends when one hangs.
    afl-fuzz -i "$folder/seeds" -o "$folder/out" -m none -t 90000 -V "$(awk -v m="$minutes" 'BEGIN { print int(60 * m) }')" \
        -- "$program" read "$parser" "$scratch" @@ > "$folder/log" 2>&1 < /dev/null || { tail -20 "$folder/log" >&2; exit 1; }

    stat() { awk -v key="$1" '$1 == key { print $3 }' "$folder/out/default/fuzzer_stats"; }
    findings=0
    for input in "$folder"/out/default/{crashes,hangs}/id*; do
        [[ -e $input ]] || continue
        findings=$((findings + 1))
        mkdir -p artifacts/fuzz/findings/afl
        cp "$input" "artifacts/fuzz/findings/afl/${parser// /-}-$(sha256sum "$input" | cut -c1-12)"
        echo "afl: $parser: $("$program" read "$parser" "$scratch" "$input" 2>&1 | sed -n '/^Process terminated/p' | head -1)"
    done
    found=$((found + findings))

    seeds=$(find "$folder/seeds" -type f | wc -l)
    executions=$(stat execs_done | sed -E ':next; s/([0-9])([0-9]{3})\b/\1,\2/; t next')
    row="| AFL++: $parser | $seeds | $(stat run_time) s | $executions | $(stat execs_per_sec) | $(stat edges_found) | $(stat corpus_found) | $(stat stability) | $findings |"
    echo "$row"
    [[ ${EFFICIENTNET_FUZZ_RECORD:-} == 1 ]] || continue
    ROW=$row awk -v begins="| AFL++: $parser |" 'index($0, begins) == 1 { $0 = ENVIRON["ROW"]; at = 1 } { print } END { exit !at }' "$page" > "$folder/page" \
        || { echo "afl: $page: expected a row that begins with '| AFL++: $parser |', found none" >&2; exit 1; }
    cp "$folder/page" "$page"
done < artifacts/fuzz/parsers
(( found == 0 )) || { echo "afl: $found findings in artifacts/fuzz/findings/afl" >&2; exit 1; }
