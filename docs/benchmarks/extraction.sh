#!/bin/bash
# Measures extraction next to cp -a of the same tree, and writes the results into extraction.md beside this script.
# Usage: docs/benchmarks/extraction.sh     needs a JDK 17 and Maven; the first build of the example takes minutes
# STORE=DIRECTORY names a store; REPOSITORY=DIRECTORY a local Maven repository that the plugin is installed in already.
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")/../.."
runs=${RUNS:-7}
# 9,000 files and more, 180 MB and more.
dirs=${DIRS:-/usr/include,/usr/lib/gcc,/usr/libexec,/usr/share/perl5,/usr/share/zoneinfo,/usr/share/doc,/usr/share/nodejs/npm,/usr/share/nodejs/lodash,/usr/share/nodejs/core-js}
page=docs/benchmarks/extraction.md
mkdir -p target
work=$(mktemp -d "$PWD/target/extraction-XXXXXX")
trap 'chmod -R u+rwx "$work"; rm -rf "$work"' EXIT

maven=(mvn -B -ntp)
if [ -n "${REPOSITORY:-}" ]; then
    maven+=(-Dmaven.repo.local="$REPOSITORY")
else
    "${maven[@]}" -q -DskipTests install
fi
if [ -n "${STORE:-}" ]; then
    maven+=(-Dcrossbuild.home="$STORE")
fi
cp -r it/redis-fast-driver "$work/project"
cd "$work/project"
"${maven[@]}" crossbuild:build
load=$(cut -d' ' -f1 /proc/loadavg)

timed() {
    local start=$EPOCHREALTIME
    "$@" > "$work/out" || { cat "$work/out" >&2; exit 1; }
    local end=$EPOCHREALTIME
    echo $((${end/./} - ${start/./}))
}
extract() {
    "${maven[@]}" -o crossbuild:extract -Dcrossbuild.targetRoot="$1" -Dcrossbuild.dirs="$dirs" "${@:2}"
}
# In turn, so that all see the same load. Maven's own start is not part of an extraction.
for ((i = 0; i <= runs; i++)); do
    rm -rf "$work/root" "$work/copy"
    maven_alone=$(timed "${maven[@]}" -o validate)
    empty=$(timed extract "$work/root")
    copy=$(timed cp -a "$work/root" "$work/copy")
    same=$(timed extract "$work/root")
    grep -q 'Up to date' "$work/out"
    # Another configuration of the same files: all are looked at, none is written.
    changed=$(timed extract "$work/root" -Dcrossbuild.args=changed)
    grep -q 'Args changed' "$work/out"
    if ((i > 0)); then
        echo "$copy $((empty - maven_alone)) $((same - maven_alone)) $((changed - maven_alone))" >> "$work/times"
    fi
done
files=$(find "$work/copy" | wc -l)
size=$(du -sm --apparent-size "$work/copy" | cut -f1)
row() {
    awk -v column="$2" '{ print $column, $column / $1 }' "$work/times" | sort -n | awk -v name="$1" '
        { t[NR] = $1; r[NR] = $2 }
        END {
            n = asort_(r, NR)
            printf "| %s | %.2f s | %.2f s | %.2f |\n", name, t[int((NR + 1) / 2)] / 1e6, t[1] / 1e6, r[int((NR + 1) / 2)]
        }
        function asort_(a, n,    i, j, x) {
            for (i = 2; i <= n; i++) {
                x = a[i]
                for (j = i - 1; j > 0 && a[j] > x; j--) a[j + 1] = a[j]
                a[j + 1] = x
            }
            return n
        }'
}
{
    echo
    echo "Measured on $(date -u +%Y-%m-%d) with $(nproc) x $(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -1)," \
        "load $load before the start, $(stat -f -c %T "$work"), $runs runs of each in turn: $files files, $size MB."
    echo
    echo "| | median | least | times \`cp -a\` |"
    echo "|---|---|---|---|"
    row "\`cp -a\` of the extracted tree" 1
    row "\`crossbuild:extract\` into an empty target root" 2
    row "... when nothing changed" 3
    row "... when the configuration changed and no file did" 4
    echo
} > "$work/results"
cd - > /dev/null
awk -v results="$work/results" '
    /<!-- results end -->/ { skip = 0 }
    !skip { print }
    /<!-- results begin -->/ { while ((getline line < results) > 0) print line; skip = 1 }
' "$page" > "$work/page"
cat "$work/page" > "$page"
cat "$work/results"
