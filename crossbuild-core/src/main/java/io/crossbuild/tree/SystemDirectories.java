// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.tree;

import java.util.Set;

/** Directories that every Linux system has (hier(7)): what they contain does not belong together. */
public final class SystemDirectories {
    private static final Set<String> GENERAL = Set.of(
            "/",
            "/bin",
            "/boot",
            "/etc",
            "/home",
            "/lib",
            "/lib32",
            "/lib64",
            "/media",
            "/mnt",
            "/opt",
            "/root",
            "/sbin",
            "/srv",
            "/usr",
            "/usr/bin",
            "/usr/include",
            "/usr/lib",
            "/usr/lib32",
            "/usr/lib64",
            "/usr/libexec",
            "/usr/local",
            "/usr/local/bin",
            "/usr/local/lib",
            "/usr/local/share",
            "/usr/sbin",
            "/usr/share",
            "/usr/share/doc",
            "/var",
            "/var/cache",
            "/var/lib",
            "/var/log");
    /** Filled by the kernel or for one run: whatever runs a program has its own. */
    private static final Set<String> OF_ONE_RUN = Set.of("/dev", "/proc", "/run", "/sys");
    /** The same, but files there may be what a build made. */
    private static final Set<String> TEMPORARY = Set.of("/tmp", "/var/tmp");

    private SystemDirectories() {}

    /**
     * Whether a directory has files of many programs.
     *
     * @param path canonical
     */
    public static boolean isGeneral(String path) {
        String parent = TreePaths.parent(path);
        // Debian's directory of an architecture, such as /usr/lib/x86_64-linux-gnu.
        boolean ofArchitecture = (parent.equals("/usr/lib") || parent.equals("/lib"))
                && TreePaths.name(path).contains("-linux-");
        return ofArchitecture || GENERAL.contains(path) || isVolatile(path);
    }

    /**
     * Whether a path is where each place that runs programs has files of its own.
     *
     * @param path canonical
     */
    public static boolean isVolatile(String path) {
        if (TEMPORARY.contains(path)) {
            return true;
        }
        for (String directory : OF_ONE_RUN) {
            if (path.startsWith(directory)
                    && (path.length() == directory.length() || path.charAt(directory.length()) == '/')) {
                return true;
            }
        }
        return false;
    }
}
