#!/bin/bash
# Measures extraction next to cp -a of the same tree, tar over SSH and scp -r, and writes the results to extraction.md next
# to this script.
# Usage: docs/benchmarks/extraction.sh     needs JDK 17, Maven and scp; the first build of the example takes minutes. As
# root it also measures from and to the disk. STORE and REPOSITORY: see common.sh
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")/../.."
. docs/benchmarks/common.sh
runs=${RUNS:-7}
# More than 9,000 files, more than 180 MB.
dirs=${DIRS:-/usr/include,/usr/lib/gcc,/usr/libexec,/usr/share/perl5,/usr/share/zoneinfo,/usr/share/doc,/usr/share/nodejs/npm,/usr/share/nodejs/lodash,/usr/share/nodejs/core-js}
# More than 38,000 files, more than 600 MB: the JVM's start is a small part of the time.
large_dirs=${LARGE_DIRS:-/usr}
page=$PWD/docs/benchmarks/extraction.md
mkdir -p target
work=$(mktemp -d "$PWD/target/extraction-XXXXXX")
trap 'chmod -R u+rwx "$work"; rm -rf "$work"' EXIT

prepare_maven
cp -r it/redis-fast-driver "$work/project"
cd "$work/project"
echo "apt-get install -y openssh-client" >> build.txt # has scp
"${maven[@]}" crossbuild:build
load=$(cut -d' ' -f1 /proc/loadavg)

extract() {
    "${maven[@]}" -o crossbuild:extract -Dcrossbuild.targetRoot="$1" -Dcrossbuild.dirs="$2" "${@:3}"
}

# In turn, so that all see the same load. Maven's own start is not part of an extraction. Nothing is deleted until the end:
# for some minutes ext4 does not reuse the inodes of deleted files, and searches for others each time a file is created.
in_memory() {
    local root=$work/root$1 copy=$work/copy$1 maven_alone empty cp same changed
    sync
    maven_alone=$(timed "${maven[@]}" -o validate)
    empty=$(timed extract "$root" "$dirs")
    cp=$(timed cp -a "$root" "$copy")
    same=$(timed extract "$root" "$dirs")
    grep -q 'Up to date' "$work/out"
    # A different configuration for the same files: all are examined, none is written.
    changed=$(timed extract "$root" "$dirs" -Dcrossbuild.args=changed)
    grep -q 'Args changed' "$work/out"
    echo "$cp $((empty - maven_alone)) $((same - maven_alone)) $((changed - maven_alone))"
}

# The same for the directories $2, with nothing in memory before and everything on the disk afterwards.
on_disk() {
    local root=$work/disk-root$1 maven_alone empty cp same changed
    maven_alone=$(cold "${maven[@]}" -o validate)
    empty=$(cold extract "$root" "$2")
    cp=$(cold cp -a "$root" "$work/disk-copy$1")
    same=$(cold extract "$root" "$2")
    grep -q 'Up to date' "$work/out"
    changed=$(cold extract "$root" "$2" -Dcrossbuild.args=changed)
    grep -q 'Args changed' "$work/out"
    echo "$cp $((empty - maven_alone)) $((same - maven_alone)) $((changed - maven_alone))"
}
cold() {
    sync
    echo 3 > /proc/sys/vm/drop_caches
    timed to_disk "$@"
}
to_disk() {
    "$@"
    sync -f "$work"
}

# A shell in the same guest, over its own SSH session; Jansi adds nothing to its output.
guest_shell() {
    MAVEN_OPTS=-Djansi.noreset=true "${maven[@]}" -q -o crossbuild:shell
}
# What scp calls instead of ssh: the last argument is the command. It leaves the rest of the input to scp.
cat > "$work/session" <<SESSION
#!/bin/bash
{ echo "exec \${@: -1}"; cat; } | MAVEN_OPTS=-Djansi.noreset=true ${maven[@]@Q} -q -o crossbuild:shell
SESSION
chmod +x "$work/session"
# The same directories, and the other files of the extracted tree, which belong to the closure.
paths() {
    echo "${dirs//,/ } /root/node_modules"
    find "$work/root1" -mindepth 1 \( -path '*/.crossbuild' -o -name run.json -o -path "$work/root1/node_modules" \
        $(printf -- "-o -path $work/root1%s " ${dirs//,/ }) \) -prune -o -type f -printf '/%P\n' | tr '\n' ' '
}
tar_over_ssh() {
    echo "tar c $(paths | tr '\n' ' ') 2> /dev/null" | guest_shell | tar x -C "$work/tar"
}
# It follows links. Dangling links are an error that it reports at the end; links in the documentation that lead back would
# be followed forty times.
scp_recursively() {
    timeout 300 scp -O -T -q -r -S "$work/session" guest:"$(paths | tr '\n' ' ' | sed 's: /usr/share/doc : :')" \
        "$work/scp" 2> "$work/scp-errors" || (($? != 124))
}
no_command() {
    echo true | guest_shell
}
over_ssh() {
    local start tar scp
    mkdir "$work/tar" "$work/scp"
    start=$(timed no_command)
    tar=$(timed tar_over_ssh)
    row_once "tar over SSH from the same guest, its start not counted" $((tar - start)) "$work/tar"
    # It may wait for an end that does not come: in this case it has no row.
    if scp=$(timed scp_recursively); then
        row_once "\`scp -r\` from the same guest but for \`/usr/share/doc\`, its start not counted" \
            $((scp - start)) "$work/scp"
    fi
}
row_once() {
    awk -v name="$1" -v time="$2" -v files="$(find "$3" | wc -l)" -v size="$(du -sm --apparent-size "$3" | cut -f1)" \
        'BEGIN { printf "| %s | %.1f s | %d | %d MB |\n", name, time / 1e6, files, size }'
}

# $1 is the name, $2 the column of the times in $3; the first one is cp's.
row() {
    awk -v column="$2" '{ print $column, $column / $1 }' "$3" | sort -n | awk -v name="$1" '
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

# $1 is the name, $2 the tree, $3 the file with its times.
table() {
    echo "| $1: $(find "$2" | wc -l) files, $(du -sm --apparent-size "$2" | cut -f1) MB | median | least | times \`cp -a\` |"
    echo "|---|---|---|---|"
    row "\`cp -a\` of the extracted tree" 1 "$3"
    row "\`crossbuild:extract\` into an empty target root" 2 "$3"
    row "... when nothing changed" 3 "$3"
    row "... when the configuration changed and no file did" 4 "$3"
    echo
}

for ((i = 0; i <= runs; i++)); do
    in_memory $i > "$work/run"
    ((i == 0)) || cat "$work/run" >> "$work/memory"
done
if [ -w /proc/sys/vm/drop_caches ]; then
    for ((i = 1; i <= runs; i++)); do
        on_disk $i "$dirs" >> "$work/disk"
        on_disk "-large$i" "$large_dirs" >> "$work/disk-large"
    done
fi
over_ssh > "$work/ssh"
{
    echo
    measured_on "$load" ", $(stat -f -c %T "$work"), $runs runs of each in turn."
    echo
    if [ -e "$work/disk" ]; then
        table "from and to the disk, with \`sync\` at the end" "$work/disk-copy1" "$work/disk"
        table "the same of a larger tree" "$work/disk-copy-large1" "$work/disk-large"
    fi
    table "from and to memory" "$work/copy1" "$work/memory"
    echo "| over the network of the guest, once | time | files | size |"
    echo "|---|---|---|---|"
    cat "$work/ssh"
    echo
} > "$work/results"
write_results "$page" "$work/results"
