// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.elf;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.tree.FileContent;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.FileTree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Recognises programs and shared objects by their first bytes (elf(5), {@code e_ident} and {@code e_type}). */
public final class ElfMagic {
    private static final int HEADER_BYTES = 52;

    private ElfMagic() {}

    /** Whether a loader could load the file; false for object files and archives. */
    public static boolean isLoadable(FileTree tree, FileNode file) throws IOException, CrossbuildException {
        if (file.sizeBytes() < HEADER_BYTES) {
            return false;
        }
        ByteBuffer start = ByteBuffer.allocate(18);
        try (FileContent content = tree.open(file)) {
            int read = 0;
            while (start.hasRemaining() && read >= 0) {
                read = content.read(start, start.position());
            }
        }
        if (start.hasRemaining() || start.getInt(0) != ElfHeader.MAGIC) {
            return false;
        }
        start.order(start.get(5) == 2 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        int type = start.getShort(16);
        return type == ElfHeader.TYPE_EXECUTABLE || type == ElfHeader.TYPE_SHARED;
    }
}
