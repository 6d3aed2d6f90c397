#!/bin/bash
# Measures how long it takes until the end of a first step, with and without a saved machine, next to debvm, and how much
# disk space a layer and the saved machine take; writes the results to start.md next to this script.
# Usage: docs/benchmarks/start.sh     needs JDK 17, Maven and Linux; half an hour with debvm, otherwise five minutes
set -euo pipefail
cd "$(dirname "$0")/../.."
. docs/benchmarks/common.sh
page=$PWD/docs/benchmarks/start.md
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
load=$(cut -d' ' -f1 /proc/loadavg)

mvn -B -ntp -q -DskipTests install
goal=io.crossbuild:crossbuild-maven-plugin:$(sed -n 's:.*<version>\(.*\)</version>.*:\1:p' pom.xml | head -1)
home=$work/store
mkdir "$work/project"
cd "$work/project"
echo '{ "Files": ["/etc/hostname"] }' > config.json
# The time of each line of Maven's log, in milliseconds.
export MAVEN_OPTS="-Dorg.slf4j.simpleLogger.showDateTime=true -Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS"
crossbuild() {
    local name=$1
    shift
    if ! mvn -B -ntp -Dcrossbuild.home="$home" "$goal:$name" "$@" > "$work/log" 2>&1; then
        cat "$work/log" >&2
        exit 1
    fi
}

# From the line that matches $1 to the one that matches $2, in milliseconds.
between() {
    awk -v from="$1" -v to="$2" '
        function ms(t, p) { split(t, p, ":"); return (p[1] * 60 + p[2]) * 60000 + p[3] * 1000 }
        $0 ~ from && !start { start = ms($1) }
        $0 ~ to { end = ms($1) }
        END { t = end - start; if (t < 0) t += 86400000; print t }' "$work/log"
}

# The median and the minimum of numbers in milliseconds, in seconds.
figures() {
    sort -n | awk '{ t[NR] = $1 } END { printf "%.2f s | %.2f s", t[int((NR + 1) / 2)] / 1e3, t[1] / 1e3 }'
}

crossbuild install-env
first=$(between 'crossbuild-maven-plugin.*install-env' 'Installed environment')
crossbuild uninstall-env
crossbuild install-env
again=$(between 'crossbuild-maven-plugin.*install-env' 'Installed environment')

# Runs of a first step for which the store has no layer; $1 is what to do before each, $2 how many, $3 options.
first_steps() {
    for ((i = 0; i < $2; i++)); do
        $1
        echo "true # $1 $i $3" > build.txt
        crossbuild build $3
        between 'crossbuild-maven-plugin.*build' 'Step 1/1: done' >> "$work/step"
        between 'Booting virtual machine' 'Booting virtual machine: done' >> "$work/boot"
    done
}

rows() {
    rm -f "$work/step" "$work/boot"
    first_steps "$2" "$3" "$4"
    echo "| $1 | $3 | $(figures < "$work/step") | $(figures < "$work/boot") |"
}

forget_state() {
    rm -rf "$home/states"
}

crossbuild_rows() {
    rows 'crossbuild, saved state' true 10 ''
    rows 'crossbuild, saved state, the archive is asked' true 10 -U
    rows 'crossbuild, no saved state' forget_state 5 ''
}

# A program that does nothing, from a target root, to the end of the goal; $1 is what the root holds, $2 an option.
run_row() {
    rm -f "$work/step" "$work/boot"
    crossbuild build -Dcrossbuild.program=/usr/bin/true $2
    size=$(du -sm --apparent-size target/crossbuild/root | cut -f1)
    for ((i = 0; i < 10; i++)); do
        crossbuild run -Dcrossbuild.program=/usr/bin/true
        between 'crossbuild-maven-plugin.*run' 'BUILD SUCCESS' >> "$work/step"
        between 'Booting virtual machine' 'Booting virtual machine: done' >> "$work/boot"
    done
    echo "| crossbuild:run, saved state, $1, $size MiB | 10 | $(figures < "$work/step") | $(figures < "$work/boot") |"
}

run_rows() {
    run_row 'true alone' ''
    run_row 'true and a directory' -Dcrossbuild.dirs=/usr/lib/x86_64-linux-gnu
}

debvm_row() {
    if ! command -v debvm-create > "$work/out"; then
        echo "| debvm | | not installed | | | |"
        echo "debvm is not installed: apt-get install debvm mmdebstrap genext2fs" >&2
        return
    fi
    ssh-keygen -q -t ed25519 -N '' -f "$work/key"
    debvm-create -r trixie -k "$work/key.pub" -o "$work/debvm.ext4" > "$work/out" 2>&1
    for ((i = 0; i < 3; i++)); do
        start=${EPOCHREALTIME/./}
        # In its own process group, since the script does not pass the signal on.
        setsid debvm-run -i "$work/debvm.ext4" -s 18022 -- -machine accel=tcg -cpu Nehalem -m 2G -display none -snapshot \
            > "$work/out" 2>&1 < /dev/null &
        machine=$!
        tries=600
        until ssh -q -p 18022 -i "$work/key" -o BatchMode=yes -o ConnectTimeout=2 -o StrictHostKeyChecking=no \
            -o UserKnownHostsFile=/dev/null root@127.0.0.1 true; do
            kill -0 $machine
            [ $((tries--)) -gt 0 ]
            sleep 0.1
        done
        end=${EPOCHREALTIME/./}
        echo $(((end - start) / 1000)) >> "$work/debvm"
        kill -- -$machine
        wait $machine || true
    done
    echo "| debvm, QEMU $(qemu-system-x86_64 --version | sed -n 's/.*version \([0-9.]*\).*/\1/p') | 3 | $(figures < "$work/debvm") | | |"
}

{
    echo
    measured_on "$load" ". QEMU's TCG; 2 GB of memory."
    echo
    echo "| to the end of a first step | runs | median | least | of it boot, median | least |"
    echo "|---|---|---|---|---|---|"
    crossbuild_rows
    run_rows
    debvm_row
    echo
    echo "| what | |"
    echo "|---|---|"
    awk "BEGIN { printf \"| install-env, empty store, downloads, QEMU and appliance included | %.0f s |\n\", $first / 1e3 }"
    awk "BEGIN { printf \"| install-env, downloads done | %.0f s |\n\", $again / 1e3 }"
    echo "| saved state on disk | $(du -sm --block-size=1000000 "$home"/states | cut -f1) MB |"
    printf 'true # below\necho a > file\n' > build.txt
    crossbuild build
    layer=$(ls -td "$home"/layers/*/ | head -1)
    echo "| layer of \`echo a > file\` on disk | $(du -sk --block-size=1000 "$layer" | cut -f1) kB |"
    echo
} > "$work/results"

write_results "$page" "$work/results"
