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

    /** What clients print when nothing listens at an address or a socket. */
    private static final Pattern NO_SERVER =
            Pattern.compile("(?i).*(connection refused|could ?n[o']t connect|can ?(not|'t) connect|unable to connect"
                    + "|failed to connect|is the server running).*"
                    + "|.*(\\.sock(et)?|\\.s\\.PGSQL\\.[0-9]+)\\b.*no such file or directory.*"
                    + "|.*no such file or directory.*(\\.sock(et)?|\\.s\\.PGSQL\\.[0-9]+)\\b.*");

    /** What programs print that have no network. */
    private static final Pattern NO_NETWORK = Pattern.compile("(?i).*(network is unreachable|temporary failure in name"
            + " resolution|temporary failure resolving|could not resolve|unable to resolve|name or service not known"
            + "|unknown host|\\bENETUNREACH\\b|\\bEAI_AGAIN\\b).*");

    private FailureSigns() {}

    /**
     * @param status the shell's
     * @param lines the last ones of the output
     * @param offline whether its line asked for no network
     * @param serverEnded the advice if a server does not answer that an earlier step may have started
     */
    static Optional<Advice> advice(int status, List<String> lines, boolean offline, Optional<Advice> serverEnded) {
        if (offline && matches(NO_NETWORK, lines)) {
            return Optional.of(AdviceKey.LINE_NEEDS_NETWORK.advice());
        }
        if (matches(NO_INIT, lines)) {
            return Optional.of(AdviceKey.START_SERVICE_ITSELF.advice());
        }
        if (matches(CARRIAGE_RETURN, lines)) {
            return Optional.of(AdviceKey.UNIX_LINE_ENDS.advice());
        }
        if (serverEnded.isPresent() && matches(NO_SERVER, lines)) {
            return serverEnded;
        }
        return status == 127 ? Optional.of(AdviceKey.INSTALL_COMMAND.advice()) : Optional.empty();
    }

    private static boolean matches(Pattern sign, List<String> lines) {
        return lines.stream().anyMatch(line -> sign.matcher(line).matches());
    }
}
