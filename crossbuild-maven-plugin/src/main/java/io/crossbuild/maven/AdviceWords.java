// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import io.crossbuild.error.Advice;
import io.crossbuild.error.AdviceKey;

/** The words for advice: the library's own, or where Maven's user can be told more, such as a parameter or a goal, these. */
final class AdviceWords {
    private static final String WARN = "-Dcrossbuild.startCheck=warn";

    private AdviceWords() {}

    static String of(Advice advice) {
        return advice.in(words(advice.key()));
    }

    /** A key that is added does not compile before it is decided here whose words serve. */
    private static String words(AdviceKey key) {
        return switch (key) {
            case STORE_FREE_SPACE ->
                "Free some disk space, remove with 'mvn crossbuild:prune' what no build needs,"
                        + " or set -Dcrossbuild.home to a larger disk";
            case STORE_MOUNT_FOR_WRITING -> "Mount it for writing, or set -Dcrossbuild.home to another disk";
            case STORE_CHECK_DISK ->
                "Look into the host's kernel log for the disk, or set -Dcrossbuild.home to another one";
            case STORE_CHECK_PERMISSION ->
                "Check that the directory can be written, or set -Dcrossbuild.home to another one";
            case STORE_GIVE_PERMISSION ->
                "Give your user write permission there, or set -Dcrossbuild.home to a directory of yours";
            case STORE_ONE_FILE_SYSTEM -> "Keep the whole store on one file system: set -Dcrossbuild.home to it";
            case STORE_OTHER_USER -> "Run the build as that user, or set -Dcrossbuild.home to a directory of yours";
            case RUN_ONLINE -> "Run once without -o, so that the store holds what the build needs";
            case TRUST_CERTIFICATE ->
                "Make the JVM trust the certificate of the server or of the proxy before it, for example with"
                        + " -Djavax.net.ssl.trustStore in MAVEN_OPTS, or use another mirror";
            case INSTALL_QEMU -> "Install QEMU, or set -Dcrossbuild.qemu to the path of {program}";
            case INSTALL_QEMU_BREW ->
                "Install QEMU with 'brew install qemu', or set -Dcrossbuild.qemu to the path of {program}";
            case INSTALL_QEMU_WINGET ->
                "Install QEMU with 'winget install SoftwareFreedomConservancy.QEMU' or the installer of qemu.org,"
                        + " or set -Dcrossbuild.qemu to the path of {program}";
            case INSTALL_QEMU_PACKAGE ->
                "Install the package of your distribution that has {program}, or set -Dcrossbuild.qemu to its path";
            case QEMU_PATH -> "Set -Dcrossbuild.qemu to the path of {program}";
            case QEMU_THAT_WORKS -> "Set -Dcrossbuild.qemu to the path of a working {program}";
            case ACCELERATOR_AUTO -> "Set -Dcrossbuild.accelerator=auto";
            case ACCELERATOR_ACCESS ->
                "Give your user access to '{device}', as by the group that owns it,"
                        + " or set -Dcrossbuild.accelerator=auto";
            case SOCKET_DIRECTORY ->
                "Free some space there, or name another directory for temporary files with -Djava.io.tmpdir in"
                        + " MAVEN_OPTS";
            case MORE_BOOT_TIME ->
                "Give it more time with -Dcrossbuild.bootTimeout, or look into the log for what it waits for";
            case MORE_STEP_TIME -> "Give it more time with -Dcrossbuild.stepTimeout";
            case MORE_MEMORY -> "The guest ran out of memory: give it more with -Dcrossbuild.memory";
            case LARGER_GUEST_DISK -> "The guest's disk is full: give it a larger one with -Dcrossbuild.diskSize";
            case INSTALL_ENVIRONMENT -> "Install it first with 'mvn crossbuild:install-env'";
            case REINSTALL_ENVIRONMENT ->
                "Remove the environment with 'mvn crossbuild:uninstall-env' if it is damaged;"
                        + " the next build installs it";
            case BUILD_FIRST -> "Run 'mvn crossbuild:build' first";
            case BUILD_OR_LAST_STEP -> "Run 'mvn crossbuild:build' first, or leave out -Dcrossbuild.step";
            case OTHER_STEP -> "Name another step with -Dcrossbuild.step";
            case INSTALL_LIBRARIES ->
                "Let a line of build.txt install what is missing; with " + WARN + " it is extracted as it is";
            case EMPTY_TARGET_ROOT ->
                "Extract into a directory that holds nothing else; with " + WARN + " this is no error";
            case ABSOLUTE_PATHS_OR_EMPTY_TARGET_ROOT ->
                "Name what is in the guest's /root by absolute paths, so that it keeps its place, or extract into a"
                        + " directory that holds nothing else; with " + WARN + " this is no error";
            case NAME_CONTENT -> "Name what to extract there, or in the POM as <program>, <files>, <dirs> or <mapDirs>";
            case OWN_TARGET_ROOTS -> "Give each a <targetRoot> of its own: what one extracts, the other removes";
            case MOVE_AWAY_OR_OTHER_ROOT -> "Move it away, or choose another target root with -Dcrossbuild.targetRoot";
            case NAME_AS_IN_TREE ->
                "Name it by its path or the last part of it, as in the tree that"
                        + " the same without -Dcrossbuild.why gives";
            case FREE_SPACE,
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
                    NAME_AS_ASKED_FOR -> key.words();
        };
    }
}
