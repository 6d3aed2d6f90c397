// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The processes of a session (setsid(2)), from /proc: a process stays in it when its parent has ended. */
final class Session {
    private static final int STATE = 0;
    private static final int SESSION = 3;

    private Session() {}

    /** The processes that have not ended in the session that a process leads or led. */
    static List<ProcessHandle> processes(long leader) throws IOException {
        List<ProcessHandle> found = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path one : all) {
                if (runsIn(leader, one)) {
                    ProcessHandle.of(Long.parseLong(one.getFileName().toString()))
                            .ifPresent(found::add);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return found;
    }

    private static boolean runsIn(long leader, Path process) {
        String stat;
        try {
            stat = Files.readString(process.resolve("stat"));
        } catch (IOException e) {
            // It has ended in the meantime.
            return false;
        }
        // The name before, in parentheses, may contain anything (proc(5)).
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        boolean ended = fields[STATE].equals("Z") || fields[STATE].equals("X");
        return !ended && Long.parseLong(fields[SESSION]) == leader;
    }
}
