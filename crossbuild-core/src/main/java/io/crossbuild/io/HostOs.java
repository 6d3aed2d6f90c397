// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import java.util.Locale;

/** The kinds of operating systems that a host may have, and how they differ in what crossbuild does. */
public enum HostOs {
    LINUX(true, true, 108),
    MACOS(true, false, 104),
    WINDOWS(false, false, 108),
    OTHER(true, false, 104);

    /** A system property for tests: this host does everything as a host of that kind does. */
    public static final String PRETENDED = "crossbuild.pretendHost";

    private final boolean unix;
    private final boolean linuxKernel;
    private final int socketAddressBytes;

    /** @param socketAddressBytes the size of sun_path in sys/un.h, and in afunix.h of Windows */
    HostOs(boolean unix, boolean linuxKernel, int socketAddressBytes) {
        this.unix = unix;
        this.linuxKernel = linuxKernel;
        this.socketAddressBytes = socketAddressBytes;
    }

    /** That of this host. */
    public static HostOs current() {
        String pretended = System.getProperty(PRETENDED, "");
        return of(pretended.isEmpty() ? System.getProperty("os.name", "") : pretended);
    }

    /** @param name as the system property {@code os.name} */
    public static HostOs of(String name) {
        String os = name.toLowerCase(Locale.ROOT);
        if (os.startsWith("linux")) {
            return LINUX;
        }
        if (os.startsWith("mac") || os.startsWith("darwin")) {
            return MACOS;
        }
        return os.startsWith("windows") ? WINDOWS : OTHER;
    }

    /**
     * Whether a file can be moved and deleted while a program has it open. On Windows only if the program allows it,
     * and QEMU and virus scanners do not.
     */
    public boolean movesOpenFiles() {
        return unix;
    }

    /** Whether there is a POSIX shell at {@code /bin/sh}. */
    public boolean hasShell() {
        return unix;
    }

    /** Whether there are {@code /proc} and seccomp. */
    public boolean hasLinuxKernel() {
        return linuxKernel;
    }

    /**
     * How many bytes the path of a Unix-domain socket may have. Java keeps two bytes of sun_path free
     * ({@code MAX_UNIX_DOMAIN_PATH_LEN} in UnixDomainSockets.c of the JDK).
     */
    public int maxSocketPathBytes() {
        return socketAddressBytes - 2;
    }
}
