// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.appliance;

import io.airlift.compress.zstd.ZstdDecompressor;
import io.crossbuild.elf.ElfFile;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.MalformedInputException;
import io.crossbuild.tree.BufferContent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kernel of a PC as in its package: a program that unpacks the actual kernel and starts it (the kernel's
 * Documentation/arch/x86/boot.rst).
 */
final class KernelImage {
    private static final Logger LOG = LoggerFactory.getLogger(KernelImage.class);

    private static final int SECTOR = 512;
    private static final int SETUP_SECTORS = 0x1F1;
    private static final int MAGIC_AT = 0x202;
    private static final int MAGIC = 0x53726448;
    private static final int VERSION_AT = 0x206;
    private static final int VERSION_WITH_PAYLOAD = 0x208;
    private static final int PAYLOAD_OFFSET = 0x248;
    private static final int PAYLOAD_LENGTH = 0x24C;
    private static final int HEADER_END = 0x250;
    private static final int ZSTANDARD = 0xFD2FB528;
    private static final int FRAME_DESCRIPTOR = 4;
    private static final int SINGLE_SEGMENT = 1 << 5;
    private static final int WINDOW_DESCRIPTOR = 5;
    private static final int WINDOW_OF_8_MIB = 13 << 3;
    private static final int MAX_BYTES = 128 << 20;

    private static final int BLOCK = 64 << 10;

    private KernelImage() {}

    /**
     * The actual kernel as an ELF file that an emulator can start itself. Empty when the image is not packed with
     * Zstandard or the kernel has no entry point for that: such an image can still be booted as it is. The unpacked
     * kernel is outside the heap, since it would take a large part of it.
     */
    static Optional<ByteBuffer> unpack(byte[] image) throws IOException, CrossbuildException {
        ByteBuffer in = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
        if (image.length < HEADER_END
                || in.getInt(MAGIC_AT) != MAGIC
                || in.getShort(VERSION_AT) < VERSION_WITH_PAYLOAD) {
            return Optional.empty();
        }
        long start = (Byte.toUnsignedLong(image[SETUP_SECTORS]) + 1) * SECTOR
                + Integer.toUnsignedLong(in.getInt(PAYLOAD_OFFSET));
        long length = Integer.toUnsignedLong(in.getInt(PAYLOAD_LENGTH));
        if (length < 3 * Integer.BYTES || start + length > image.length || in.getInt((int) start) != ZSTANDARD) {
            return Optional.empty();
        }
        // The frame is followed by the size of the unpacked data.
        int size = in.getInt((int) (start + length) - Integer.BYTES);
        if (size <= 0 || size > MAX_BYTES) {
            return Optional.empty();
        }
        try {
            ByteBuffer kernel = decompress(in.slice((int) start, (int) length - Integer.BYTES), size);
            return kernel.limit() == size && hasEntry(kernel) ? Optional.of(kernel) : Optional.empty();
        } catch (io.airlift.compress.MalformedInputException | MalformedInputException e) {
            LOG.debug("no kernel can be unpacked", e);
            return Optional.empty();
        }
    }

    /**
     * The decompressor accepts no window above 8 MiB, and kernels have larger ones (RFC 8878, 3.1.1.1.2). When
     * everything is unpacked into one buffer it needs no window at all, so a smaller one is enough.
     */
    private static ByteBuffer decompress(ByteBuffer packed, int size) {
        ByteBuffer frame =
                ByteBuffer.allocateDirect(packed.remaining()).put(packed).flip();
        boolean hasWindow = (frame.get(FRAME_DESCRIPTOR) & SINGLE_SEGMENT) == 0;
        if (hasWindow && Byte.toUnsignedInt(frame.get(WINDOW_DESCRIPTOR)) > WINDOW_OF_8_MIB) {
            frame.put(WINDOW_DESCRIPTOR, (byte) WINDOW_OF_8_MIB);
        }
        ByteBuffer kernel = ByteBuffer.allocateDirect(size);
        new ZstdDecompressor().decompress(frame, kernel);
        return kernel.flip().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Whether the kernel can be started without the program around it. */
    private static boolean hasEntry(ByteBuffer kernel) throws IOException, CrossbuildException {
        try (BufferContent content = new BufferContent(kernel)) {
            return ElfFile.read(content, "kernel").physicalEntry() != 0;
        }
    }

    /** Writes a new file, with holes for long runs of zeros: a kernel has several megabytes of these. */
    static void write(ByteBuffer kernel, Path file) throws IOException {
        try (FileChannel out = FileChannel.open(
                file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW, StandardOpenOption.SPARSE)) {
            ByteBuffer zeros = ByteBuffer.allocate(BLOCK);
            for (int at = 0; at < kernel.limit(); at += BLOCK) {
                int length = Math.min(BLOCK, kernel.limit() - at);
                ByteBuffer block = kernel.slice(at, length);
                // The last block is always written: it gives the file its length.
                if (at + length == kernel.limit() || !block.equals(zeros.slice(0, length))) {
                    out.position(at);
                    while (block.hasRemaining()) {
                        out.write(block);
                    }
                }
            }
        }
    }
}
