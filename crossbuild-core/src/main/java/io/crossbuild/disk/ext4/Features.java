// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4;

import io.crossbuild.error.Advice;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.CrossbuildException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The feature bits of a file system (ext4(5); the kernel's fs/ext4/ext4.h).
 *
 * <p>A reader may ignore unknown read-only compatible bits: that is their purpose. It must not ignore unknown
 * incompatible ones. Encrypted files are refused one by one, when they are read; names in case-folded directories are
 * compared as they are stored.
 */
record Features(int compatible, int incompatible, int readOnlyCompatible) {
    private static final int COMPAT_DIR_INDEX = 0x20;
    private static final int COMPAT_SPARSE_SUPER2 = 0x200;

    private static final int RO_SPARSE_SUPER = 0x1;
    private static final int RO_GDT_CSUM = 0x10;
    private static final int RO_METADATA_CSUM = 0x400;

    private static final int INCOMPAT_FILETYPE = 0x2;
    private static final int INCOMPAT_RECOVER = 0x4;
    private static final int INCOMPAT_META_BG = 0x10;
    private static final int INCOMPAT_EXTENTS = 0x40;
    private static final int INCOMPAT_64BIT = 0x80;
    private static final int INCOMPAT_MMP = 0x100;
    private static final int INCOMPAT_FLEX_BG = 0x200;
    private static final int INCOMPAT_EA_INODE = 0x400;
    private static final int INCOMPAT_CSUM_SEED = 0x2000;
    private static final int INCOMPAT_LARGEDIR = 0x4000;
    private static final int INCOMPAT_INLINE_DATA = 0x8000;
    private static final int INCOMPAT_ENCRYPT = 0x10000;
    private static final int INCOMPAT_CASEFOLD = 0x20000;

    private static final int SUPPORTED = INCOMPAT_FILETYPE
            | INCOMPAT_META_BG
            | INCOMPAT_EXTENTS
            | INCOMPAT_64BIT
            | INCOMPAT_MMP
            | INCOMPAT_FLEX_BG
            | INCOMPAT_EA_INODE
            | INCOMPAT_CSUM_SEED
            | INCOMPAT_LARGEDIR
            | INCOMPAT_INLINE_DATA
            | INCOMPAT_ENCRYPT
            | INCOMPAT_CASEFOLD;

    private static final Map<Integer, String> UNSUPPORTED_NAMES =
            Map.of(0x1, "compression", 0x8, "journal_dev", 0x1000, "dirdata");

    void check(String device) throws CrossbuildException {
        if ((incompatible & INCOMPAT_RECOVER) != 0) {
            throw unsupported(
                    device,
                    "its journal has changes that are not yet written to their places (feature needs_recovery)",
                    AdviceKey.REPLAY_JOURNAL.advice());
        }
        List<String> unknown = new ArrayList<>();
        for (int bits = incompatible & ~SUPPORTED; bits != 0; bits &= bits - 1) {
            int bit = Integer.lowestOneBit(bits);
            unknown.add(UNSUPPORTED_NAMES.getOrDefault(bit, "0x" + Integer.toHexString(bit)));
        }
        if (!unknown.isEmpty()) {
            throw unsupported(device, "incompatible features " + String.join(", ", unknown), null);
        }
    }

    static CrossbuildException unsupported(String device, String what, @Nullable Advice advice) {
        return new CrossbuildException("Unsupported ext4 file system on '" + device + "': " + what, advice);
    }

    boolean dirIndex() {
        return (compatible & COMPAT_DIR_INDEX) != 0;
    }

    boolean sparseSuper2() {
        return (compatible & COMPAT_SPARSE_SUPER2) != 0;
    }

    boolean sparseSuper() {
        return (readOnlyCompatible & RO_SPARSE_SUPER) != 0;
    }

    /** Whether group descriptors have a crc16. */
    boolean groupChecksums() {
        return (readOnlyCompatible & RO_GDT_CSUM) != 0 && !metadataChecksums();
    }

    /** Whether all metadata has a crc32c. */
    boolean metadataChecksums() {
        return (readOnlyCompatible & RO_METADATA_CSUM) != 0;
    }

    boolean checksumSeed() {
        return (incompatible & INCOMPAT_CSUM_SEED) != 0;
    }

    boolean fileType() {
        return (incompatible & INCOMPAT_FILETYPE) != 0;
    }

    boolean metaBlockGroups() {
        return (incompatible & INCOMPAT_META_BG) != 0;
    }

    boolean is64Bit() {
        return (incompatible & INCOMPAT_64BIT) != 0;
    }

    boolean largeDirectories() {
        return (incompatible & INCOMPAT_LARGEDIR) != 0;
    }
}
