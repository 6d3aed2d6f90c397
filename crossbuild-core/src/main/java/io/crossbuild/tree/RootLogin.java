// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.tree;

/** What a program of the guest's root finds in its environment. */
public final class RootLogin {
    /** The home directory, which is also the working directory of the first line. */
    public static final String HOME = "/root";

    /** The default of {@code PATH}, as Debian's login(1) sets it for root. */
    public static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private RootLogin() {}

    /** A path as a user wrote it, with {@code ~/} for the home directory. */
    public static String expand(String path) {
        return path.startsWith("~/") ? HOME + path.substring(1) : path;
    }
}
