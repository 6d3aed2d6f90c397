// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.error;

import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** All advice that the user can be given about a failure. Names in braces stand for the values of an {@link Advice}. */
public enum AdviceKey {
    // The host's disks and the store.
    FREE_SPACE("Free some disk space there"),
    MOUNT_FOR_WRITING("Mount it for writing"),
    CHECK_DISK("Look for the disk in the host's kernel log"),
    CHECK_PERMISSION("Check that the directory is writable"),
    STORE_FREE_SPACE("Free some disk space, prune the store, or move it to a larger disk"),
    STORE_MOUNT_FOR_WRITING("Mount it for writing, or move the store to a different disk"),
    STORE_CHECK_DISK("Look for the disk in the host's kernel log, or move the store to a different one"),
    STORE_CHECK_PERMISSION("Check that the directory is writable, or choose a different one for the store"),
    STORE_GIVE_PERMISSION("Give your user write permission there, or choose a directory of your own for the store"),
    STORE_EXCLUDE_FROM_SCANNERS(
            "Close that program, or exclude the store's directory from virus scanners and indexers"),
    STORE_ONE_FILE_SYSTEM("Keep the whole store on one file system"),
    STORE_OTHER_USER("Run the build as that user, or choose a directory of your own for the store"),
    WAIT_FOR_BUILD("Wait for that build to end, or stop it"),

    // Downloads and the archive.
    RUN_ONLINE("Run once online, so that the store has what the build needs"),
    CHECK_NETWORK("Check the network connection and the mirror's address"),
    CHECK_MIRROR("Check the mirror's address"),
    CHECK_MIRROR_OR_RUN_AGAIN(
            "Check the mirror's address; if the archive has changed since its index was read, run again"),
    CHECK_ACCESS("Check that the mirror, and the proxy in front of it, allow you access"),
    CHECK_PROXY_ANSWER("Check that the address is that of a Debian mirror and that no proxy answers in its place"),
    CHECK_MIRROR_ARCHITECTURE("Check that the mirror has architecture {architecture}"),
    CHECK_MIRROR_SUITE("Check that the mirror has suite {suite}"),
    TRY_AGAIN("Try again, or use a different mirror"),
    TRY_LATER("Try again later, or use a different mirror"),
    TRY_FASTER_MIRROR("Try again, or use a faster mirror"),
    OTHER_MIRROR("Use a different mirror"),
    OTHER_MIRROR_AS_FILE_CHANGED("The mirror, or a proxy on the way, changed the file: use a different mirror"),
    OTHER_MIRROR_AS_LENGTH_DIFFERS("The mirror, or a proxy on the way, sent a different file: use a different mirror"),
    OTHER_MIRROR_AS_SUITE_DIFFERS("The mirror sent the index of another suite: use a different mirror"),
    OTHER_MIRROR_OR_SET_CLOCK("The mirror is no longer updated, or this host's clock is wrong:"
            + " use a different mirror or set the clock"),
    SET_CLOCK("Set this host's clock"),
    USE_HTTP("Use an http or https address"),
    USE_DEBIAN_MIRROR(
            "Use a mirror of the Debian archive; if it is one, a newer crossbuild may know newer archive keys"),
    NAME_MIRROR_ROOT("Name the directory that contains 'dists' and 'pool', such as {example}"),
    NAME_ARCHIVE_MIRROR("Name a mirror of Debian's archived releases: its directory that contains 'dists' and 'pool'"),
    MIRROR_WITHOUT_PASSWORD("Use a mirror that requires no password"),
    TRUST_CERTIFICATE(
            "Add the certificate of the server, or of the proxy in front of it, to those that the JVM trusts, for"
                    + " example with -Djavax.net.ssl.trustStore, or on macOS and Windows to the system's trusted"
                    + " roots; or use a different mirror"),
    CORRECT_PACKAGES("Correct the names; 'apt-cache search' finds them"),
    CHOOSE_PACKAGES("Leave out one of the packages, or request another version"),
    UTF8_LOCALE("Run with a UTF-8 locale, such as LC_ALL=C.UTF-8"),

    // QEMU and its machines.
    INSTALL_QEMU("Install QEMU, or specify where {program} is"),
    INSTALL_QEMU_BREW("Install QEMU with 'brew install qemu', or specify where {program} is"),
    INSTALL_QEMU_MACPORTS(
            "Install QEMU with 'sudo port install qemu' (MacPorts) or 'brew install qemu', which compiles it on a Mac"
                    + " with an Intel processor, or specify where {program} is"),
    INSTALL_QEMU_WINGET(
            "Install QEMU with 'winget install SoftwareFreedomConservancy.QEMU' or the installer of qemu.org,"
                    + " or specify where {program} is"),
    INSTALL_QEMU_PACKAGE("Install your distribution's package with {program}, or specify where it is"),
    QEMU_PATH("Specify the path of {program}"),
    QEMU_THAT_WORKS("Specify the path of a working {program}"),
    ACCELERATOR_AUTO("Use accelerator 'auto'"),
    ACCELERATOR_ACCESS("Give your user access to '{device}', for example through the group that owns it,"
            + " or use accelerator 'auto'"),
    SOCKET_DIRECTORY(
            "Free some space there, or choose a different directory for temporary files with -Djava.io.tmpdir"),
    SHORT_ASCII_PATHS(
            "Choose directories with short paths that have only ASCII characters, for the store, for logs and for"
                    + " temporary files (-Djava.io.tmpdir)"),
    MORE_BOOT_TIME("Give it more time to boot, or see in the log what it is waiting for"),
    LARGER_LOG("Let it print less, for example into a file of the guest, or allow larger logs"),
    LARGER_CACHES("Remove caches that are not needed, let the lines clean them up, or allow larger ones"),
    MORE_STEP_TIME("Give the line more time"),
    MORE_MEMORY("The guest ran out of memory: give it more"),
    LARGER_GUEST_DISK("The guest's disk is full: give it a larger one"),
    CONVERT_IMAGE("Convert it with qemu-img convert -O qcow2"),
    REPLAY_JOURNAL("Run e2fsck on it, or mount and unmount it"),

    // Environments, and the lines of a build file.
    INSTALL_ENVIRONMENT("Install it first"),
    REINSTALL_ENVIRONMENT("Remove the environment if it is damaged; the next build installs it"),
    FIND_FAILED_PACKAGE("Check the log for the package that failed"),
    WRITE_COMMANDS("Write one shell command per line into it, such as: apt-get install -y nodejs make gcc g++"),
    SAVE_AS_UTF8("Save the file as UTF-8"),
    INSTALL_COMMAND("Install the command with apt-get in an earlier line"),
    START_SERVICE_ITSELF("Start the server itself in the line that needs it: no service manager such as systemd runs in"
            + " the guest"),
    START_IN_SAME_LINE("Start servers in the line that needs them: {programs} ran when line {line} ended, and processes"
            + " end with their line"),
    LINE_NEEDS_NETWORK("If the line needs the network, remove the directive 'network none' before it"),
    UNIX_LINE_ENDS(
            "Give the script Unix line ends: save it so on the host, let git do so with 'eol=lf' in .gitattributes,"
                    + " or run sed -i 's/\\r$//' on it in an earlier line"),
    GIVE_SECRET("Give secret '{name}' a value"),
    KEEP_SECRET_IN_MEMORY(
            "Let the line write it only to files below /dev/shm, which is in memory: a layer keeps what is"
                    + " exported, and even what is deleted again on the disk"),
    CORRECT_CACHE_CHECK("Without this check apt would install whatever is in the cache: correct the problem,"
            + " or remove the directive 'cache'"),
    GIVE_READ_PERMISSION("Give your user permission to read it, or exclude it in {ignoreFile}"),
    ALLOW_COPY_FROM("If the guest may see it, allow copying from '{directory}'"),
    LEAVE_INPUT_ALONE("Run the build again when nothing else is writing there"),
    OTHER_STEP("Choose a different step"),
    BUILD_OR_LAST_STEP("Build first, or name no step"),
    BUILD_FIRST("Run the build first"),

    // Extraction and closures.
    WRITE_CONFIGURATION("Write the paths to extract into it, such as:"
            + " { \"Dirs\": [\"node_modules\"], \"Program\": \"/usr/bin/node\" }"),
    NAME_CONTENT("Name what to extract: Program, Files, Dirs or MapDirs"),
    OWN_TARGET_ROOTS("Give each its own target root: otherwise each removes what the other one extracts"),
    CORRECT_PATHS("Correct the paths, or create them in a line of build.txt"),
    ABSOLUTE_PATH("Name one of them by its absolute path, or leave it out: relative paths refer to the guest's /root"
            + " and become relative to the target root"),
    ADD_TO_CONFIGURATION("Add what it looked for to config.json: {entries}"),
    MORE_RUN_TIME("Give the program more time"),
    NAME_PROGRAM("Name it: Program in config.json"),
    LEAVE_OUT_OR_RENAME("Leave it out, or rename it in a line of build.txt"),
    LEAVE_OUT_OR_RENAME_ALL("Leave them out of Files, Dirs and MapDirs, or rename them in a line of build.txt"),
    LEAVE_OUT_LARGE_FILE("Leave it out, or extract to a file system that supports it"),
    EXTRACT_LESS("Name less to extract, or allow more"),
    MOVE_AWAY("Move it away"),
    MOVE_AWAY_OR_OTHER_ROOT("Move it away, or choose a different target root"),
    INSTALL_PROGRAM("Check the path, and that a step of the build installs the program"),
    INSTALL_LIBRARIES("Install what is missing in a line of build.txt;"
            + " if such problems are only warnings, the program is extracted as it is"),
    EMPTY_TARGET_ROOT("Extract into an empty directory, or make such problems only warnings"),
    ABSOLUTE_PATHS_OR_EMPTY_TARGET_ROOT(
            "Use absolute paths for files in the guest's /root, so that they keep their place,"
                    + " extract into an empty directory, or make such problems only warnings"),
    OLDER_SUITE("Build in an environment of an older suite: {suites}"),
    STATIC_LIBSTDCXX("Link C++'s libraries into it, with -static-libstdc++ -static-libgcc"),
    REPLACE_SYMBOL("For {symbols}: {replacement}"),
    SAME_LIBC("Build it for the program's C library, or extract it without the program"),
    NAME_AS_IN_TREE("Name it by its path or the last component of its path, as in the tree"),
    NAME_AS_ASKED_FOR("Give the name as it is requested, such as 'libssl.so.3'");

    static final Pattern NAME = Pattern.compile("\\{([a-zA-Z]+)}");

    private final String words;

    AdviceKey(String words) {
        this.words = words;
    }

    /** An imperative sentence without a trailing dot that suits any frontend, with names in braces for values. */
    public String words() {
        return words;
    }

    /** The names of the values. */
    public Set<String> names() {
        return NAME.matcher(words).results().map(name -> name.group(1)).collect(Collectors.toUnmodifiableSet());
    }

    /** The advice for a key without values. */
    public Advice advice() {
        return new Advice(this, Map.of());
    }

    /** The advice for a key with one value. */
    public Advice advice(String name, String value) {
        return new Advice(this, Map.of(name, value));
    }
}
