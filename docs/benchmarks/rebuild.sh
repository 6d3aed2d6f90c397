#!/bin/bash
# Measures a build after which nothing changed, and one whose last line changed, next to mvn validate; writes the results
# to rebuild.md next to this script. Usage: docs/benchmarks/rebuild.sh     needs JDK 17 and Maven; the first build of the example takes minutes
# STORE and REPOSITORY: see common.sh
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")/../.."
. docs/benchmarks/common.sh
runs=${RUNS:-11}
page=$PWD/docs/benchmarks/rebuild.md
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

prepare_maven
cp -r it/redis-fast-driver "$work/project"
cd "$work/project"
cp build.txt lines
"${maven[@]}" crossbuild:build
load=$(cut -d' ' -f1 /proc/loadavg)

# In turn, so that both see the same load.
for ((i = 0; i <= runs; i++)); do
    { cat lines; echo "true # $i, $RANDOM"; } > build.txt
    changed=$(timed "${maven[@]}" -o crossbuild:build)
    grep -q "Step 3/3 runs" "$work/out"
    validate=$(timed "${maven[@]}" -o validate)
    build=$(timed "${maven[@]}" -o crossbuild:build)
    grep -q 'Up to date' "$work/out"
    if grep -q 'Booting\|Extracting again' "$work/out"; then
        cat "$work/out" >&2
        exit 1
    fi
    if ((i > 0)); then
        echo "$validate $build $((build - validate)) $changed $((changed - validate))" >> "$work/times"
    fi
done
median() {
    cut -d' ' -f"$1" "$work/times" | sort -n | awk '{ t[NR] = $1 } END { printf "%.2f s", t[int((NR + 1) / 2)] / 1e6 }'
}
least() {
    cut -d' ' -f"$1" "$work/times" | sort -n | awk 'NR == 1 { printf "%.2f s", $1 / 1e6 }'
}
{
    echo
    measured_on "$load" ", $runs runs of each in turn."
    echo
    echo "| | median | least |"
    echo "|---|---|---|"
    echo "| \`mvn validate\` | $(median 1) | $(least 1) |"
    echo "| \`mvn crossbuild:build\`, nothing changed | $(median 2) | $(least 2) |"
    echo "| ... more than \`mvn validate\` | $(median 3) | $(least 3) |"
    echo "| \`mvn crossbuild:build\`, a last line \`true\` changed | $(median 4) | $(least 4) |"
    echo "| ... more than \`mvn validate\` | $(median 5) | $(least 5) |"
    echo
} > "$work/results"
write_results "$page" "$work/results"
