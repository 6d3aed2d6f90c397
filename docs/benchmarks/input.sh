#!/bin/bash
# Measures how long it takes to copy 5,000 files, 100 MB, from the host into the guest with "#@ copy", next to tar over
# SSH, and writes the results to input.md next to this script.
# Usage: docs/benchmarks/input.sh     needs JDK 17, Maven and Perl; the environment of the example takes minutes if the
# store has none. Each run leaves 100 MB of layers in the store, for crossbuild:prune. STORE and REPOSITORY: see common.sh
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")/../.."
. docs/benchmarks/common.sh
runs=${RUNS:-5}
page=$PWD/docs/benchmarks/input.md
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

prepare_maven
cp -r it/redis-fast-driver "$work/project"
cd "$work/project"
echo '{ "Files": ["/etc/hostname"] }' > config.json

# Makes the directory $1 from the seed $2: 8 + 8*7 + 8*7*6 directories, 5,000 files of 10 kB and 110 kB; half of them are
# random bytes, half are text.
make_tree() {
    perl -e '
        use strict;
        my ($root, $seed) = @ARGV;
        srand($seed);
        my @words = map { join "", map { chr(97 + rand 26) } 0 .. 1 + rand 9 } 1 .. 2000;
        sub bytes { pack "L*", map { rand 2**32 } 1 .. $_[0] / 4 }
        sub text {
            my $text = "";
            $text .= join(" ", map { $words[rand @words] } 1 .. 12) . "\n" while length $text < $_[0];
            substr $text, 0, $_[0];
        }
        mkdir $root or die "$root: $!";
        for my $i (0 .. 4999) {
            my $dir = $root;
            for my $level ([a => $i % 8], [b => $i / 8 % 7], [c => $i / 56 % 6]) {
                $dir .= "/$level->[0]$level->[1]";
                -d $dir or mkdir $dir or die "$dir: $!";
            }
            my $size = $i % 10 ? 10_000 : 110_000;
            open my $file, ">:raw", "$dir/file$i" or die "$dir/file$i: $!";
            print $file $i % 20 < 10 ? bytes($size) : text($size);
            close $file or die "$dir/file$i: $!";
        }' "$1" "$2"
}

# A shell in a guest of the same environment, which reads commands from standard input.
guest_shell() {
    "${maven[@]}" -q -o crossbuild:shell
}
no_command() {
    echo true | guest_shell
}
# The rest of the shell's input is tar's.
tar_over_ssh() {
    { echo "mkdir /srv/tar && exec tar x -C /srv/tar" && tar c -C "$1" .; } | guest_shell
}

# The seconds at the end of the line with $1 in the log.
logged() {
    sed -n "s/.*$1.* in \([0-9.]*\) s\$/\1/p" "$work/out" | grep .
}

# A build of the same environment with one line.
no_input() {
    echo "true # $1, $RANDOM" > build.txt
    timed "${maven[@]}" -o crossbuild:build
}

# From here on the environment and the machine's saved state exist.
echo true > build.txt
"${maven[@]}" crossbuild:build
load=$(cut -d' ' -f1 /proc/loadavg)
# In turn, so that all see the same load. Each run has a different tree, and a line for which the store has no layer.
for ((i = 1; i <= runs; i++)); do
    make_tree "tree$i" $i
    sync
    without=$(no_input $i)
    start=$(timed no_command)
    tar=$(timed tar_over_ssh "tree$i")
    printf '#@ copy %s /srv/input\ntrue # %s\n' "tree$i" "$RANDOM" > build.txt
    with=$(timed "${maven[@]}" -o crossbuild:build)
    what=$(sed -n 's/.*copy tree.*: \(.* files, .* MB\) in .*/\1/p' "$work/out")
    awk -v copy="$(logged 'copy tree')" -v step="$(logged 'Step 1\/1: done')" -v more=$((with - without)) \
        -v tar=$((tar - start)) 'BEGIN { print copy, step, more / 1e6, tar / 1e6 }' >> "$work/times"
done

row() {
    cut -d' ' -f"$2" "$work/times" | sort -n | awk -v name="$1" '
        { t[NR] = $1 }
        END { printf "| %s | %.1f s | %.1f s |\n", name, t[int((NR + 1) / 2)], t[1] }'
}
{
    echo
    measured_on "$load" ", $runs runs of each in turn: $what."
    echo
    echo "| | median | least |"
    echo "|---|---|---|"
    row "\`#@ copy\`" 1
    row "the step, \`#@ copy\` and \`true\`" 2
    row "the whole goal, more than with \`true\` alone" 3
    row "tar over SSH into the same guest, its start not counted" 4
    echo
} > "$work/results"
write_results "$page" "$work/results"
