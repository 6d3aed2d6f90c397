// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import io.crossbuild.io.HostOs;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the state of a machine is saved for the next one: only where that was tried. A state that cannot be restored
 * costs a boot, and one that hangs costs a minute of each build. docs/hosts.md shows this table.
 */
public final class StateTable {
    /** How a state is saved. */
    public enum Saving {
        /** Not at all: each machine boots. */
        NONE,
        /** RAM and devices in one file, while the machine continues to run. */
        IN_ONE_FILE,
        /** RAM in a file of its own, which later machines map. */
        RAM_APART
    }

    /**
     * A row.
     *
     * @param accelerator null for any
     * @param evidence what is known, and from where
     */
    record Row(HostOs os, @Nullable Accelerator accelerator, Saving saving, String evidence) {}

    /** The first row that fits counts. */
    static final List<Row> ROWS = List.of(
            new Row(HostOs.LINUX, Accelerator.TCG, Saving.RAM_APART, "tried: QEMU 10.0"),
            new Row(HostOs.LINUX, null, Saving.RAM_APART, "read: QEMU's docs/system/vm-templating.rst"),
            new Row(
                    HostOs.MACOS,
                    Accelerator.HVF,
                    Saving.NONE,
                    "read: on Intel \"does not support suspend\" (utmapp/UTM#5844); unknown on Apple processors"),
            new Row(HostOs.MACOS, null, Saving.NONE, "unknown"),
            new Row(
                    HostOs.WINDOWS,
                    Accelerator.WHPX,
                    Saving.NONE,
                    "read: blocked (whpx_migration_blocker in target/i386/whpx/whpx-all.c,"
                            + " whpx_gicv3_realize in hw/intc/arm_gicv3_whpx.c)"),
            new Row(HostOs.WINDOWS, null, Saving.NONE, "unknown"),
            new Row(HostOs.OTHER, null, Saving.NONE, "unknown"));

    private StateTable() {}

    /** How the state of machines is saved on a host, by an emulator and with an accelerator. */
    public static Saving saving(HostOs os, QemuBinary qemu, Accelerator accelerator) {
        return qemu.savesState()
                ? ROWS.stream()
                        .filter(row ->
                                row.os() == os && (row.accelerator() == null || row.accelerator() == accelerator))
                        .map(Row::saving)
                        .findFirst()
                        .orElse(Saving.NONE)
                : Saving.NONE;
    }
}
