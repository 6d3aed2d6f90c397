// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.error;

import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Everything that the user can be told to do about a failure. Names in braces stand for the values of an {@link Advice}. */
public enum AdviceKey {
    // The host's disks and the store.
    FREE_SPACE("Free some disk space there"),
    MOUNT_FOR_WRITING("Mount it for writing"),
    CHECK_DISK("Look into the host's kernel log for the disk"),
    CHECK_PERMISSION("Check that the directory can be written"),
    STORE_FREE_SPACE("Free some disk space, prune the store, or move it to a larger disk"),
    STORE_MOUNT_FOR_WRITING("Mount it for writing, or move the store to another disk"),
    STORE_CHECK_DISK("Look into the host's kernel log for the disk, or move the store to another one"),
    STORE_CHECK_PERMISSION("Check that the directory can be written, or choose another one for the store"),
    STORE_GIVE_PERMISSION("Give your user write permission there, or choose a directory of yours for the store"),
    STORE_ONE_FILE_SYSTEM("Keep the whole store on one file system"),
    STORE_OTHER_USER("Run the build as that user, or choose a directory of yours for the store"),
    WAIT_FOR_BUILD("Wait for that build to end, or end it"),

    // Downloads, and what the archive says.
    RUN_ONLINE("Run once online, so that the store holds what the build needs"),
    CHECK_NETWORK("Check the network connection and the mirror's address"),
    CHECK_MIRROR("Check the mirror's address"),
    CHECK_MIRROR_OR_RUN_AGAIN(
            "Check the mirror's address; if the archive moved on since the index was read, run again"),
    CHECK_ACCESS("Check that the mirror, and the proxy before it, lets you in"),
    CHECK_PROXY_ANSWER("Check that the address is that of a Debian mirror and no proxy answers in its place"),
    CHECK_MIRROR_ARCHITECTURE("Check that the mirror has architecture {architecture}"),
    CHECK_MIRROR_SUITE("Check that the mirror has suite {suite}"),
    TRY_AGAIN("Try again, or use another mirror"),
    TRY_LATER("Try again later, or use another mirror"),
    TRY_FASTER_MIRROR("Try again, or use a faster mirror"),
    OTHER_MIRROR("Use another mirror"),
    OTHER_MIRROR_AS_FILE_CHANGED("The mirror, or a proxy on the way, changed the file: use another mirror"),
    OTHER_MIRROR_AS_LENGTH_DIFFERS("The mirror, or a proxy on the way, sends something else: use another mirror"),
    OTHER_MIRROR_AS_SUITE_DIFFERS("The mirror sends the index of another suite: use another mirror"),
    OTHER_MIRROR_OR_SET_CLOCK("The mirror is no longer brought up to date, or this host's clock is wrong:"
            + " use another mirror or set the clock"),
    SET_CLOCK("Set this host's clock"),
    USE_HTTP("Use an http or https address"),
    USE_DEBIAN_MIRROR(
            "Use a mirror of the Debian archive; if it is one, a newer crossbuild may know newer archive keys"),
    NAME_MIRROR_ROOT("Name the directory that holds 'dists' and 'pool', such as {example}"),
    MIRROR_WITHOUT_PASSWORD("Use a mirror that needs no password"),
    TRUST_CERTIFICATE("Make the JVM trust the certificate of the server or of the proxy before it, for example with"
            + " -Djavax.net.ssl.trustStore, or use another mirror"),
    CORRECT_PACKAGES("Correct the names: 'apt-cache search' tells them"),
    CHOOSE_PACKAGES("Leave out one of the packages, or ask for another version"),
    UTF8_LOCALE("Run with a UTF-8 locale, such as LC_ALL=C.UTF-8"),

    // QEMU and its machines.
    INSTALL_QEMU("Install QEMU, or say where {program} is"),
    INSTALL_QEMU_BREW("Install QEMU with 'brew install qemu', or say where {program} is"),
    INSTALL_QEMU_WINGET(
            "Install QEMU with 'winget install SoftwareFreedomConservancy.QEMU' or the installer of qemu.org,"
                    + " or say where {program} is"),
    INSTALL_QEMU_PACKAGE("Install the package of your distribution that has {program}, or say where it is"),
    QEMU_PATH("Name the path of {program}"),
    QEMU_THAT_WORKS("Name the path of a working {program}"),
    ACCELERATOR_AUTO("Let the accelerator be chosen with 'auto'"),
    ACCELERATOR_ACCESS("Give your user access to '{device}', as by the group that owns it,"
            + " or let the accelerator be chosen with 'auto'"),
    SOCKET_DIRECTORY("Free some space there, or name another directory for temporary files with -Djava.io.tmpdir"),
    MORE_BOOT_TIME("Give it more time to boot, or look into the log for what it waits for"),
    MORE_STEP_TIME("Give the line more time"),
    MORE_MEMORY("The guest ran out of memory: give it more"),
    LARGER_GUEST_DISK("The guest's disk is full: give it a larger one"),
    CONVERT_IMAGE("Convert it with qemu-img convert -O qcow2"),
    REPLAY_JOURNAL("Run e2fsck on it, or mount and unmount it"),

    // Environments, and the lines of a build file.
    INSTALL_ENVIRONMENT("Install it first"),
    REINSTALL_ENVIRONMENT("Remove the environment if it is damaged; the next build installs it"),
    FIND_FAILED_PACKAGE("Look into the log for the package that failed"),
    WRITE_COMMANDS("Write one shell command per line into it, such as: apt-get install -y nodejs make gcc g++"),
    SAVE_AS_UTF8("Save the file as UTF-8"),
    INSTALL_COMMAND("Install the command with apt-get in a line before this one"),
    CORRECT_CACHE_CHECK("Without it apt would install whatever is in the cache: correct what it says,"
            + " or take the directive 'cache' out"),
    GIVE_READ_PERMISSION("Give your user the right to read it, or leave it out with {ignoreFile}"),
    LEAVE_INPUT_ALONE("Run the build again when nothing else writes there"),
    OTHER_STEP("Name another step"),
    BUILD_OR_LAST_STEP("Build first, or name no step"),
    BUILD_FIRST("Run the build first"),

    // Extraction and closures.
    WRITE_CONFIGURATION("Write the paths to extract into it, such as:"
            + " { \"Dirs\": [\"node_modules\"], \"Program\": \"/usr/bin/node\" }"),
    NAME_CONTENT("Name what to extract: Program, Files, Dirs or MapDirs"),
    OWN_TARGET_ROOTS("Give each a target root of its own: what one extracts, the other removes"),
    CORRECT_PATHS("Correct the paths, or let a line of build.txt make them"),
    ABSOLUTE_PATH("Name one of them by its absolute path, or leave it out: relative paths mean the guest's /root"
            + " and land relative to the target root"),
    LEAVE_OUT_OR_RENAME("Leave it out, or let a line of build.txt rename it"),
    LEAVE_OUT_OR_RENAME_ALL("Leave them out of Files, Dirs and MapDirs, or let a line of build.txt rename them"),
    LEAVE_OUT_LARGE_FILE("Leave it out, or extract to a file system that can hold it"),
    MOVE_AWAY("Move it away"),
    MOVE_AWAY_OR_OTHER_ROOT("Move it away, or choose another target root"),
    INSTALL_PROGRAM("Check the path, and that a step of the build installs the program"),
    INSTALL_LIBRARIES("Let a line of build.txt install what is missing;"
            + " when such problems are only warned of it is extracted as it is"),
    EMPTY_TARGET_ROOT("Extract into a directory that holds nothing else;"
            + " this is no error when such problems are only warned of"),
    ABSOLUTE_PATHS_OR_EMPTY_TARGET_ROOT(
            "Name what is in the guest's /root by absolute paths, so that it keeps its place,"
                    + " or extract into a directory that holds nothing else;"
                    + " this is no error when such problems are only warned of"),
    NAME_AS_IN_TREE("Name it by its path or the last part of it, as in the tree"),
    NAME_AS_ASKED_FOR("Give the name as it is asked for, such as 'libssl.so.3'");

    static final Pattern NAME = Pattern.compile("\\{([a-zA-Z]+)}");

    private final String words;

    AdviceKey(String words) {
        this.words = words;
    }

    /** An imperative sentence without a dot at its end that suits any frontend, with names in braces for values. */
    public String words() {
        return words;
    }

    /** The names of the values. */
    public Set<String> names() {
        return NAME.matcher(words).results().map(name -> name.group(1)).collect(Collectors.toUnmodifiableSet());
    }

    /** The advice of a key that has no values. */
    public Advice advice() {
        return new Advice(this, Map.of());
    }

    /** The advice of a key that has one value. */
    public Advice advice(String name, String value) {
        return new Advice(this, Map.of(name, value));
    }
}
