// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the kernel's notes: a line for each path that a process named to a system call, and a line for each call that
 * ended with "no such file", which is about the last path of its process.
 */
public final class LookupNotes {
    // Such as "  node-57  [000] d..1.  12.345678: lookup1: (do_sys_openat2+0x7a/0xc0 <- getname) path="/etc/x"".
    private static final Pattern LINE =
            Pattern.compile(".*-(\\d+)\\s+\\[\\d+\\]\\s+\\S+\\s+[\\d.]+: (lookup\\d|sys_exit): (.*)");

    private static final Pattern PATH = Pattern.compile("path=\"(.*)\"");

    private LookupNotes() {}

    /** The paths that were looked up in vain, in the order in which they were first, as the programs wrote them. */
    public static List<String> missing(ProgramExit exit) {
        Map<String, String> last = new HashMap<>();
        Set<String> missing = new LinkedHashSet<>();
        exit.lookups().lines().forEach(line -> {
            Matcher note = LINE.matcher(line);
            if (!note.matches()) {
                return;
            }
            String process = note.group(1);
            if (note.group(2).equals("sys_exit")) {
                String path = last.remove(process);
                if (path != null) {
                    missing.add(path);
                }
                return;
            }
            Matcher path = PATH.matcher(note.group(3));
            if (path.find()) {
                last.put(process, path.group(1));
            }
        });
        return List.copyOf(missing);
    }
}
