// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.build;

import io.crossbuild.error.Advice;
import io.crossbuild.error.AdviceKey;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds the cause of a failed step in what its programs printed. */
final class FailureSigns {
    /** Shells and env(1) show a carriage return in their own ways; dash prints it, so the text before it is lost. */
    private static final Pattern CARRIAGE_RETURN = Pattern.compile(
            ".*(\\^M: bad interpreter\\b|\\\\r['\u2019]: (command not found|No such file or directory)).*|: not found");

    /** Programs that talk to a running init, and what they print without one. */
    private static final Pattern NO_INIT = Pattern.compile(
            ".*\\b(systemctl|journalctl|loginctl|hostnamectl|timedatectl|localectl|machinectl|networkctl|resolvectl|busctl"
                    + "|systemd-run|service|initctl|rc-service|telinit): (command )?not found.*"
                    + "|.*System has not been booted with systemd.*|.*Failed to (connect to|get D-Bus).*\\b[Bb]us\\b.*"
                    + "|.*: unrecognized service|No journal files were (found|opened).*");

    private FailureSigns() {}

    /**
     * @param status the shell's
     * @param lines the last ones of the output
     */
    static Optional<Advice> advice(int status, List<String> lines) {
        if (matches(NO_INIT, lines)) {
            return Optional.of(AdviceKey.START_SERVICE_ITSELF.advice());
        }
        if (matches(CARRIAGE_RETURN, lines)) {
            return Optional.of(AdviceKey.UNIX_LINE_ENDS.advice());
        }
        return status == 127 ? Optional.of(AdviceKey.INSTALL_COMMAND.advice()) : Optional.empty();
    }

    private static boolean matches(Pattern sign, List<String> lines) {
        return lines.stream().anyMatch(line -> sign.matcher(line).matches());
    }
}
