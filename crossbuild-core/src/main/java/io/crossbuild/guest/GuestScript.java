// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

/** The appliance's scripts that the host runs; these run the others. */
enum GuestScript {
    CHECK_ARCHIVES("check-archives"),
    CONFIGURE_ROOT("configure-root"),
    COPY_IN("copy-in"),
    DIAGNOSE("diagnose"),
    DROP_SECRETS("drop-secrets"),
    ENVIRONMENT_BASH("environment-bash"),
    FREEZE_ROOT("freeze-root"),
    MAKE_ROOT("make-root"),
    MOUNT_CACHE("mount-cache"),
    PUT_SECRETS("put-secrets"),
    RUN_TARGET("run-target"),
    SHELL("shell"),
    STEP_SHELL("step-shell"),
    UNMOUNT_CACHES("unmount-caches"),
    UNMOUNT_ROOT("unmount-root"),
    WRITE("write");

    private final String fileName;

    GuestScript(String fileName) {
        this.fileName = fileName;
    }

    /** Its name among the appliance's resources. */
    String fileName() {
        return fileName;
    }

    /** Its path in the appliance. */
    String path() {
        return "/crossbuild/" + fileName;
    }

    /** The path of its copy that the environment can see. */
    String pathInside() {
        return "/dev/crossbuild/" + fileName;
    }

    /** The command that lets the environment's bash run it. */
    String inEnvironment() {
        return ENVIRONMENT_BASH.path() + " dumb " + pathInside();
    }
}
