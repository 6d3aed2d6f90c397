// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import io.crossbuild.error.Advice;
import io.crossbuild.error.AdviceKey;

/**
 * The words for advice: the library's own, or these where a Maven user can be told more, such as a parameter or a goal.
 */
final class AdviceWords {
    private static final String WARN = "-Dcrossbuild.startCheck=warn";

    private AdviceWords() {}

    static String of(Advice advice) {
        return advice.in(words(advice.key()));
    }

    /** For each key, whose words are used; a new key does not compile until it is listed here. */
    private static String words(AdviceKey key) {
        return switch (key) {
            case STORE_FREE_SPACE ->
                "Free some disk space, remove what no build needs with 'mvn crossbuild:prune',"
                        + " or set -Dcrossbuild.home to a larger disk";
            case STORE_MOUNT_FOR_WRITING -> "Mount it for writing, or set -Dcrossbuild.home to a different disk";
            case STORE_CHECK_DISK ->
                "Look for the disk in the host's kernel log, or set -Dcrossbuild.home to a different one";
            case STORE_CHECK_PERMISSION ->
                "Check that the directory is writable, or set -Dcrossbuild.home to a different one";
            case STORE_GIVE_PERMISSION ->
                "Give your user write permission there, or set -Dcrossbuild.home to a directory of your own";
            case STORE_ONE_FILE_SYSTEM -> "Keep the whole store on one file system: set -Dcrossbuild.home to it";
            case STORE_OTHER_USER -> "Run the build as that user, or set -Dcrossbuild.home to a directory of your own";
            case RUN_ONLINE -> "Run once without -o, so that the store has what the build needs";
            case TRUST_CERTIFICATE ->
                "Add the certificate of the server, or of the proxy in front of it, to those that the JVM trusts, for"
                        + " example with -Djavax.net.ssl.trustStore in MAVEN_OPTS, or on macOS and Windows to the"
                        + " system's trusted roots; or use a different mirror";
            case INSTALL_QEMU -> "Install QEMU, or set -Dcrossbuild.qemu to the path of {program}";
            case INSTALL_QEMU_BREW ->
                "Install QEMU with 'brew install qemu', or set -Dcrossbuild.qemu to the path of {program}";
            case INSTALL_QEMU_MACPORTS ->
                "Install QEMU with 'sudo port install qemu' (MacPorts) or 'brew install qemu', which compiles it on a"
                        + " Mac with an Intel processor, or set -Dcrossbuild.qemu to the path of {program}";
            case INSTALL_QEMU_WINGET ->
                "Install QEMU with 'winget install SoftwareFreedomConservancy.QEMU' or the installer of qemu.org,"
                        + " or set -Dcrossbuild.qemu to the path of {program}";
            case INSTALL_QEMU_PACKAGE ->
                "Install your distribution's package with {program}, or set -Dcrossbuild.qemu to its path";
            case QEMU_PATH -> "Set -Dcrossbuild.qemu to the path of {program}";
            case QEMU_THAT_WORKS -> "Set -Dcrossbuild.qemu to the path of a working {program}";
            case ACCELERATOR_AUTO -> "Set -Dcrossbuild.accelerator=auto";
            case ACCELERATOR_ACCESS ->
                "Give your user access to '{device}', for example through the group that owns it,"
                        + " or set -Dcrossbuild.accelerator=auto";
            case SOCKET_DIRECTORY ->
                "Free some space there, or choose a different directory for temporary files with -Djava.io.tmpdir in"
                        + " MAVEN_OPTS";
            case SHORT_ASCII_PATHS ->
                "Choose directories with short paths that have only ASCII characters: -Dcrossbuild.home for the store,"
                        + " the project's own, and -Djava.io.tmpdir in MAVEN_OPTS for temporary files";
            case MORE_BOOT_TIME ->
                "Give it more time with -Dcrossbuild.bootTimeout, or see in the log what it is waiting for";
            case LARGER_LOG ->
                "Let it print less, for example into a file of the guest, or allow larger logs with"
                        + " -Dcrossbuild.maxLogSize";
            case LARGER_CACHES ->
                "Remove caches that are not needed, let the lines clean them up, or allow larger ones with"
                        + " -Dcrossbuild.maxCacheSize";
            case EXTRACT_LESS ->
                "Name less to extract, or allow more with -Dcrossbuild.maxExtractedSize or"
                        + " -Dcrossbuild.maxExtractedFiles";
            case MORE_STEP_TIME -> "Give it more time with -Dcrossbuild.stepTimeout";
            case MORE_RUN_TIME -> "Give it more time with -Dcrossbuild.runTimeout";
            case NAME_PROGRAM -> "Name it: Program in config.json, <program> in the POM or -Dcrossbuild.program";
            case MORE_MEMORY -> "The guest ran out of memory: give it more with -Dcrossbuild.memory";
            case LARGER_GUEST_DISK -> "The guest's disk is full: give it a larger one with -Dcrossbuild.diskSize";
            case INSTALL_ENVIRONMENT -> "Install it first with 'mvn crossbuild:install-env'";
            case REINSTALL_ENVIRONMENT ->
                "Remove the environment with 'mvn crossbuild:uninstall-env' if it is damaged;"
                        + " the next build installs it";
            case BUILD_FIRST -> "Run 'mvn crossbuild:build' first";
            case BUILD_OR_LAST_STEP -> "Run 'mvn crossbuild:build' first, or omit -Dcrossbuild.step";
            case ALLOW_COPY_FROM ->
                "If the guest may see it, set -Dcrossbuild.copyFrom='{directory}', or <copyFrom> in the POM";
            case OTHER_STEP -> "Choose a different step with -Dcrossbuild.step";
            case INSTALL_LIBRARIES ->
                "Let a line of build.txt install what is missing; with " + WARN + " it is extracted as it is";
            case GIVE_SECRET ->
                "Set the environment variable {name}, the property crossbuild.secret.{name}, or the password of a"
                        + " <server> with the id {name} in settings.xml";
            case NAME_ARCHIVE_MIRROR ->
                "Set -Dcrossbuild.mirror to a mirror of Debian's archived releases: its directory that contains 'dists'"
                        + " and 'pool'";
            case OLDER_SUITE -> "Build with an older -Dcrossbuild.suite: {suites}";
            case EMPTY_TARGET_ROOT ->
                "Extract into a directory that contains nothing else; with " + WARN + " this is not an error";
            case ABSOLUTE_PATHS_OR_EMPTY_TARGET_ROOT ->
                "Use absolute paths for files in the guest's /root, so that they keep their place, or extract into a"
                        + " directory that contains nothing else; with " + WARN + " this is not an error";
            case NAME_CONTENT ->
                "Specify what to extract there, or in the POM as <program>, <files>, <dirs> or <mapDirs>";
            case OWN_TARGET_ROOTS ->
                "Give each its own <targetRoot>: otherwise each removes what the other one extracts";
            case MOVE_AWAY_OR_OTHER_ROOT ->
                "Move it away, or choose a different target root with -Dcrossbuild.targetRoot";
            case NAME_AS_IN_TREE ->
                "Use its path or file name as shown in the tree that the same command prints"
                        + " without -Dcrossbuild.why";
            case STORE_EXCLUDE_FROM_SCANNERS,
                    FREE_SPACE,
                    MOUNT_FOR_WRITING,
                    CHECK_DISK,
                    CHECK_PERMISSION,
                    WAIT_FOR_BUILD,
                    CHECK_NETWORK,
                    CHECK_MIRROR,
                    CHECK_MIRROR_OR_RUN_AGAIN,
                    CHECK_ACCESS,
                    CHECK_PROXY_ANSWER,
                    CHECK_MIRROR_ARCHITECTURE,
                    CHECK_MIRROR_SUITE,
                    TRY_AGAIN,
                    TRY_LATER,
                    TRY_FASTER_MIRROR,
                    OTHER_MIRROR,
                    OTHER_MIRROR_AS_FILE_CHANGED,
                    OTHER_MIRROR_AS_LENGTH_DIFFERS,
                    OTHER_MIRROR_AS_SUITE_DIFFERS,
                    OTHER_MIRROR_OR_SET_CLOCK,
                    SET_CLOCK,
                    USE_HTTP,
                    USE_DEBIAN_MIRROR,
                    NAME_MIRROR_ROOT,
                    MIRROR_WITHOUT_PASSWORD,
                    CORRECT_PACKAGES,
                    CHOOSE_PACKAGES,
                    UTF8_LOCALE,
                    CONVERT_IMAGE,
                    REPLAY_JOURNAL,
                    FIND_FAILED_PACKAGE,
                    WRITE_COMMANDS,
                    SAVE_AS_UTF8,
                    INSTALL_COMMAND,
                    START_SERVICE_ITSELF,
                    START_IN_SAME_LINE,
                    LINE_NEEDS_NETWORK,
                    UNIX_LINE_ENDS,
                    KEEP_SECRET_IN_MEMORY,
                    CORRECT_CACHE_CHECK,
                    GIVE_READ_PERMISSION,
                    LEAVE_INPUT_ALONE,
                    WRITE_CONFIGURATION,
                    CORRECT_PATHS,
                    ABSOLUTE_PATH,
                    LEAVE_OUT_OR_RENAME,
                    LEAVE_OUT_OR_RENAME_ALL,
                    LEAVE_OUT_LARGE_FILE,
                    MOVE_AWAY,
                    INSTALL_PROGRAM,
                    STATIC_LIBSTDCXX,
                    REPLACE_SYMBOL,
                    SAME_LIBC,
                    ADD_TO_CONFIGURATION,
                    NAME_AS_ASKED_FOR -> key.words();
        };
    }
}
