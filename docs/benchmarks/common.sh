# What the other scripts in this directory share. Sourced after "cd" to the root of the repository.
# STORE=DIRECTORY sets a store; REPOSITORY=DIRECTORY a local Maven repository in which the plugin is already installed.

# Installs the plugin and sets Maven's command line.
prepare_maven() {
    maven=(mvn -B -ntp)
    if [ -n "${REPOSITORY:-}" ]; then
        maven+=(-Dmaven.repo.local="$REPOSITORY")
    else
        "${maven[@]}" -q -DskipTests install
    fi
    if [ -n "${STORE:-}" ]; then
        maven+=(-Dcrossbuild.home="$STORE")
    fi
}

# How long a command takes, in microseconds. Its output goes to $work/out.
timed() {
    local start=$EPOCHREALTIME
    "$@" > "$work/out" || { cat "$work/out" >&2; exit 1; }
    local end=$EPOCHREALTIME
    echo $((${end/./} - ${start/./}))
}

# The first line of a page's results; $1 is the load before the start.
measured_on() {
    echo "Measured on $(date -u +%Y-%m-%d) with $(nproc) x $(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -1)," \
        "load $1 before the start$2"
}

# Writes the file $2 between the marks of the page $1.
write_results() {
    awk -v results="$2" '
        /<!-- results end -->/ { skip = 0 }
        !skip { print }
        /<!-- results begin -->/ { while ((getline line < results) > 0) print line; skip = 1 }
    ' "$1" > "$2.page"
    cat "$2.page" > "$1"
    cat "$2"
}
