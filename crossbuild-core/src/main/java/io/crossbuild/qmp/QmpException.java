// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qmp;

import java.io.IOException;

/** A command that QEMU refused. */
public final class QmpException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String command;
    private final String errorClass;
    private final String description;

    QmpException(String command, String errorClass, String description) {
        super("QEMU refused '" + command + "': " + description);
        this.command = command;
        this.errorClass = errorClass;
        this.description = description;
    }

    public String command() {
        return command;
    }

    /** QEMU's {@code QapiErrorClass}, such as {@code GenericError} or {@code DeviceNotFound}. */
    public String errorClass() {
        return errorClass;
    }

    /** QEMU's own message, only for people: it changes between versions. */
    public String description() {
        return description;
    }
}
