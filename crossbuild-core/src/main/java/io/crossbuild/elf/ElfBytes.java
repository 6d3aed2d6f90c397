// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.elf;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.MalformedInputException;
import io.crossbuild.tree.FileContent;
import io.crossbuild.tree.NameCodec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Numbers and strings at offsets of a file, read through a few small windows: an ELF file may have gigabytes, but a
 * loader needs only a few kilobytes of it, in a handful of places.
 */
final class ElfBytes {
    private static final int WINDOW_BYTES = 4096;
    private static final int WINDOWS = 8;
    /** A single path is shorter (PATH_MAX), but lists of paths are not: Nix writes run paths of many kilobytes. */
    private static final int MAX_STRING_BYTES = 1 << 16;
    /** For all strings of one file: many entries may share one long string. */
    private static final int MAX_STRINGS_BYTES = 1 << 22;

    private final FileContent content;
    private final String name;
    private final long size;
    private final @Nullable ByteBuffer[] windows = new @Nullable ByteBuffer[WINDOWS];
    private final long[] windowStarts = new long[WINDOWS];
    private ElfClass elfClass = ElfClass.ELF64;
    private ByteOrder order = ByteOrder.LITTLE_ENDIAN;
    private int stringsBytes;

    ElfBytes(FileContent content, String name) {
        this.content = content;
        this.name = name;
        this.size = content.sizeBytes();
    }

    void layout(ElfClass width, ByteOrder byteOrder) {
        this.elfClass = width;
        this.order = byteOrder;
    }

    ByteOrder byteOrder() {
        return order;
    }

    long size() {
        return size;
    }

    MalformedInputException malformed(long offset, String problem) {
        return new MalformedInputException(name, offset, problem);
    }

    int u8(long offset) throws IOException, CrossbuildException {
        if (offset < 0 || offset >= size) {
            throw malformed(offset, "the file ends at byte " + size + " (expected more bytes)");
        }
        return window(offset).get((int) (offset % WINDOW_BYTES)) & 0xFF;
    }

    int u16(long offset) throws IOException, CrossbuildException {
        return (int) number(offset, 2, order);
    }

    long u32(long offset) throws IOException, CrossbuildException {
        return number(offset, 4, order);
    }

    long u32Big(long offset) throws IOException, CrossbuildException {
        return number(offset, 4, ByteOrder.BIG_ENDIAN);
    }

    long u64(long offset) throws IOException, CrossbuildException {
        return number(offset, 8, order);
    }

    /** An address, offset or length in the width of the file's class; one of 2^63 or more comes out negative. */
    long address(long offset) throws IOException, CrossbuildException {
        return number(offset, elfClass.addressBytes(), order);
    }

    private long number(long offset, int bytes, ByteOrder byteOrder) throws IOException, CrossbuildException {
        check(offset, bytes);
        int inWindow = (int) (offset % WINDOW_BYTES);
        if (inWindow + bytes <= WINDOW_BYTES) {
            ByteBuffer window = window(offset).order(byteOrder);
            return switch (bytes) {
                case 2 -> window.getShort(inWindow) & 0xFFFFL;
                case 4 -> window.getInt(inWindow) & 0xFFFFFFFFL;
                default -> window.getLong(inWindow);
            };
        }
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            int index = byteOrder == ByteOrder.BIG_ENDIAN ? i : bytes - 1 - i;
            value = value << 8 | u8(offset + index);
        }
        return value;
    }

    byte[] bytes(long offset, int length) throws IOException, CrossbuildException {
        check(offset, length);
        byte[] result = new byte[length];
        int done = 0;
        while (done < length) {
            int inWindow = (int) ((offset + done) % WINDOW_BYTES);
            int part = Math.min(length - done, WINDOW_BYTES - inWindow);
            window(offset + done).get(inWindow, result, done, part);
            done += part;
        }
        return result;
    }

    /** The string that ends with a zero byte. */
    String string(long offset) throws IOException, CrossbuildException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(64);
        boolean ascii = true;
        for (long at = offset; ; at++) {
            int b = u8(at);
            if (b == 0) {
                break;
            }
            ascii &= b < 0x80;
            out.write(b);
            if (out.size() > MAX_STRING_BYTES) {
                throw malformed(offset, "a string longer than " + MAX_STRING_BYTES + " bytes");
            }
        }
        stringsBytes += out.size() + 1;
        if (stringsBytes > MAX_STRINGS_BYTES) {
            throw malformed(offset, "strings of more than " + MAX_STRINGS_BYTES + " bytes in total");
        }
        return ascii ? out.toString(StandardCharsets.ISO_8859_1) : NameCodec.decode(out.toByteArray());
    }

    private void check(long offset, long length) throws MalformedInputException {
        if (offset < 0 || length > size || offset > size - length) {
            throw malformed(offset, "the file ends at byte " + size + " (expected " + length + " more bytes)");
        }
    }

    private ByteBuffer window(long offset) throws IOException, CrossbuildException {
        long start = offset - offset % WINDOW_BYTES;
        int slot = (int) (offset / WINDOW_BYTES % WINDOWS);
        ByteBuffer window = windows[slot];
        if (window != null && windowStarts[slot] == start) {
            return window;
        }
        if (window == null) {
            window = ByteBuffer.allocate((int) Math.min(WINDOW_BYTES, size));
            windows[slot] = window;
        }
        windowStarts[slot] = -1;
        window.clear().limit((int) Math.min(WINDOW_BYTES, size - start));
        while (window.hasRemaining()) {
            if (content.read(window, start + window.position()) < 0) {
                throw malformed(start + window.position(), "the file ends here (expected " + size + " bytes)");
            }
        }
        windowStarts[slot] = start;
        return window;
    }
}
