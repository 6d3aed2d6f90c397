#!/bin/bash
# Measures closures next to libtree, lddtree and the loader, and writes the results to closure.md next to this script.
# Usage: docs/benchmarks/closure.sh [PROGRAM]     needs JDK 17, Maven and x86-64 Linux with glibc
set -euo pipefail
cd "$(dirname "$0")/../.."
. docs/benchmarks/common.sh
program=${1:-/usr/bin/git}
runs=21
page=docs/benchmarks/closure.md
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mvn -B -ntp -q test-compile -pl crossbuild-core
java=$(command -v java)
# The distribution's tools run with its own interpreters.
PATH=/usr/bin:/bin:$PATH
classes=crossbuild-core/target/classes:crossbuild-core/target/test-classes
main=io.crossbuild.ldso.ClosureBenchmark

# The median and the minimum of several runs, in seconds.
measure() {
    local times=() start end
    for ((i = 0; i < runs; i++)); do
        start=$EPOCHREALTIME
        "$@" > "$work/out" 2>&1
        end=$EPOCHREALTIME
        times+=($((${end/./} - ${start/./})))
    done
    printf '%s\n' "${times[@]}" | sort -n \
        | awk '{ t[NR] = $1 } END { printf "%.3f s | %.3f s", t[int((NR + 1) / 2)] / 1e6, t[1] / 1e6 }'
}

row() {
    local name=$1
    shift
    if ! command -v "$1" > "$work/out"; then
        echo "| $name | not installed | |"
    elif "$@" > "$work/out" 2>&1; then
        echo "| $name | $(measure "$@") |"
    else
        echo "'$*' fails:" >&2
        cat "$work/out" >&2
        echo "| $name | does not run here | |"
    fi
}

for tool in libtree lddtree; do
    command -v $tool > "$work/out" || echo "$tool is not installed: apt-get install libtree pax-utils" >&2
done

# A class data archive (AppCDS) can only contain classes from jars.
jar=$work/benchmark.jar
jar --create --file "$jar" -C crossbuild-core/target/classes io -C crossbuild-core/target/test-classes \
    io/crossbuild/ldso/ClosureBenchmark.class
"$java" -XX:ArchiveClassesAtExit="$work/benchmark.jsa" -cp "$jar" $main "$program" > "$work/out" 2>&1
mkdir "$work/none"
cat > "$work/none/None.java" <<'JAVA'
class None { public static void main(String[] arguments) {} }
JAVA
javac -d "$work/none" "$work/none/None.java"

{
    echo
    measured_on "$(cut -d' ' -f1 /proc/loadavg)" "."
    echo "$("$java" -version 2>&1 | sed -n 2p), $(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release)."
    echo
    "$java" -cp "$classes" $main
    echo
    echo "| one program, $program, a process of its own, $runs runs | median | least |"
    echo "|---|---|---|"
    row "crossbuild, cold \`java\`" "$java" -Xshare:auto -cp "$classes" $main "$program"
    row "crossbuild, \`java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC\`" \
        "$java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "$classes" $main "$program"
    row "crossbuild, with an archive of its classes" "$java" -XX:SharedArchiveFile="$work/benchmark.jsa" -cp "$jar" $main "$program"
    row "an empty Java program" "$java" -cp "$work/none" None
    row "libtree" libtree -vvv "$program"
    row "lddtree" lddtree -l "$program"
    row "ld.so --list" /lib64/ld-linux-x86-64.so.2 --list "$program"
    echo
} > "$work/results"

write_results "$page" "$work/results"
