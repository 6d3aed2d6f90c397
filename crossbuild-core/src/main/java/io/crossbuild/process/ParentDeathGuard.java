// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.process;

import io.crossbuild.io.HostOs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Ties a child's life to this JVM's, even when the JVM is ended by SIGKILL and can no longer run any code.
 *
 * <p>The child runs under a small shell. Its standard input is a pipe, and only this JVM holds the other end. When the
 * JVM is gone, for whatever reason, the kernel closes the pipe; the shell's watcher then reads the end of the file and
 * kills the child. When the child ends first, the shell ends the watcher and passes on the child's status.
 */
final class ParentDeathGuard {
    private static final Path SHELL = Path.of("/bin/sh");

    // The watcher closes its standard output and error: otherwise the JVM would wait for their end as long as it lives.
    // "wait" returns early when a trap runs, so it is repeated for as long as there is a child to wait for; and once
    // more, as the child may have ended with the trap. 127: its status was returned before.
    private static final String SCRIPT = """
            trap '' INT QUIT HUP
            exec 3<&0 </dev/null
            child= asked=
            trap 'asked=1; [ -z "$child" ] || kill -15 "$child" 2>/dev/null' TERM
            "$@" 3<&- &
            child=$!
            [ -z "$asked" ] || kill -15 "$child" 2>/dev/null
            ( read -r end <&3; kill -9 "$child" ) >/dev/null 2>&1 &
            watcher=$!
            exec 3<&-
            while :; do
              wait "$child"; status=$?
              kill -0 "$child" 2>/dev/null || break
            done
            wait "$child" 2>/dev/null; again=$?
            [ "$again" = 127 ] || status=$again
            kill -9 "$watcher" 2>/dev/null; wait "$watcher" 2>/dev/null
            exit "$status"
            """;

    private ParentDeathGuard() {}

    /** Whether this host has what the guard needs. Windows does not; there only the shutdown hook ends children. */
    static boolean isAvailable() {
        return HostOs.current().hasShell() && Files.isExecutable(SHELL);
    }

    static List<String> wrap(List<String> argv) {
        return wrap(List.of(SHELL.toString()), argv);
    }

    /** @param shell a POSIX shell with its options */
    static List<String> wrap(List<String> shell, List<String> argv) {
        List<String> wrapped = new ArrayList<>(shell);
        wrapped.addAll(List.of("-c", SCRIPT, "crossbuild-guard"));
        wrapped.addAll(argv);
        return wrapped;
    }
}
