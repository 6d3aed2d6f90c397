// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.appliance;

import io.crossbuild.arch.Architecture;
import io.crossbuild.io.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What an appliance is made from, apart from the versions of the packages. */
final class ApplianceRecipe {
    /** The suite of the appliance's packages, independent of the environment's suite. */
    static final String SUITE = "trixie";

    /** Incremented when appliances are assembled differently from the same parts. */
    private static final int FORMAT = 3;

    /** The packages of {@link #PROGRAMS}, and the one with the links of the merged /usr. */
    static final List<String> PACKAGES = List.of("base-files", "busybox-static", "dropbear-bin", "tar", "e2fsprogs");

    /** The programs that the guest scripts run, in addition to busybox's applets. */
    static final List<String> PROGRAMS =
            List.of("/bin/busybox", "/usr/sbin/dropbear", "/usr/bin/tar", "/usr/sbin/mke2fs", "/usr/sbin/resize2fs");

    /** Kernel modules that are loaded at boot unless they are built in; modules that they need come before them. */
    static final List<String> MODULES =
            List.of("virtio_pci", "virtio_console", "virtio_net", "virtio_blk", "virtio-rng", "ext4");

    /** The scripts in {@code /crossbuild}; "init" is the kernel's first process. */
    private static final List<String> SCRIPTS = List.of(
            "init",
            "disks",
            "make-root",
            "root-disk",
            "settle-root",
            "freeze-root",
            "unmount-root",
            "enter",
            "inside",
            "trace-root",
            "kernel-mounts",
            "configure-root",
            "configure",
            "mount-cache",
            "unmount-caches",
            "check-archives",
            "check-archives.pl",
            "copy-in",
            "copy-inside",
            "step-shell",
            "environment-bash",
            "put-secrets",
            "drop-secrets",
            "diagnose",
            "write",
            "shell",
            "open-shell",
            "run-target",
            "inside-target",
            "target-mounts");

    private ApplianceRecipe() {}

    /** The package that always depends on the newest kernel for virtual machines. */
    static String kernelPackage(Architecture architecture) {
        return "linux-image-cloud-" + architecture.debianName();
    }

    /** The guest's scripts by name. */
    static Map<String, byte[]> scripts() throws IOException {
        Map<String, byte[]> scripts = new TreeMap<>();
        for (String name : SCRIPTS) {
            try (InputStream in = ApplianceRecipe.class.getResourceAsStream(name)) {
                if (in == null) {
                    throw new IOException("The guest script '" + name + "' is not in the library");
                }
                scripts.put(name, in.readAllBytes());
            }
        }
        return scripts;
    }

    /** A digest of the whole recipe. */
    static Sha256 digest() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes((FORMAT + SUITE + PACKAGES + PROGRAMS + MODULES).getBytes(StandardCharsets.UTF_8));
        for (Map.Entry<String, byte[]> script : scripts().entrySet()) {
            all.writeBytes(script.getKey().getBytes(StandardCharsets.UTF_8));
            all.writeBytes(script.getValue());
        }
        return Sha256.of(all.toByteArray());
    }
}
