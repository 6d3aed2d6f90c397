// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract;

import io.crossbuild.tree.NameCodec;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the smallest ELF files that a loader can read: x86-64 with a dynamic section and no code (elf(5)). */
public final class TinyElf {
    private static final String LOADER = "/lib64/ld-linux-x86-64.so.2";
    private static final int HEADER = 64;
    private static final int PROGRAM_HEADER = 56;
    private static final int SYMBOL = 24;

    private TinyElf() {}

    public static byte[] program(String... needed) {
        return write(LOADER, null, null, List.of(), List.of(needed));
    }

    public static byte[] library(@Nullable String runpath, String... needed) {
        return write(null, runpath, null, List.of(), List.of(needed));
    }

    /** A library with a name of its own, {@code DT_SONAME}. */
    public static byte[] named(String soname, String... needed) {
        return write(null, null, soname, List.of(), List.of(needed));
    }

    /** A library that imports symbols, and contains their names nowhere else. */
    public static byte[] importing(List<String> symbols, String... needed) {
        return write(null, null, null, symbols, List.of(needed));
    }

    /** A file with texts at its end, which are zero-terminated. */
    public static byte[] withTexts(byte[] file, String... texts) {
        byte[] end = ("\0" + String.join("\0", texts) + "\0").getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(file.length + end.length).put(file).put(end).array();
    }

    /** A library with the same facts about itself as glibc's loader; its directories are the usual ones of x86-64. */
    public static byte[] loader() {
        byte[] library = library(null);
        String facts =
                "\0glibc-hwcaps/\0x86-64-v4:x86-64-v3:x86-64-v2\0" + "ld.so (GNU libc) stable release version 2.41.\0";
        byte[] text = facts.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(library.length + text.length)
                .put(library)
                .put(text)
                .array();
    }

    private static byte[] write(
            @Nullable String interpreter,
            @Nullable String runpath,
            @Nullable String soname,
            List<String> imports,
            List<String> needed) {
        ByteArrayOutputStream strings = new ByteArrayOutputStream();
        strings.write(0);
        List<long[]> dynamic = new ArrayList<>();
        List<Integer> symbols = new ArrayList<>();
        for (String name : imports) {
            symbols.add(strings.size());
            strings.writeBytes(NameCodec.encode(name + "\0"));
        }
        for (String name : needed) {
            dynamic.add(new long[] {1, strings.size()});
            strings.writeBytes(NameCodec.encode(name + "\0"));
        }
        if (runpath != null) {
            dynamic.add(new long[] {29, strings.size()});
            strings.writeBytes((runpath + "\0").getBytes(StandardCharsets.UTF_8));
        }
        if (soname != null) {
            dynamic.add(new long[] {14, strings.size()});
            strings.writeBytes((soname + "\0").getBytes(StandardCharsets.UTF_8));
        }
        int interpreterAt = strings.size();
        strings.writeBytes((String.valueOf(interpreter) + "\0").getBytes(StandardCharsets.UTF_8));
        int headers = interpreter == null ? 2 : 3;
        long dynamicAt = HEADER + (long) headers * PROGRAM_HEADER;
        long symbolsAt = dynamicAt + 16L * (dynamic.size() + 4);
        long stringsAt = symbolsAt + SYMBOL * (symbols.size() + 1L);
        dynamic.add(new long[] {6, symbolsAt});
        dynamic.add(new long[] {5, stringsAt});
        dynamic.add(new long[] {10, strings.size()});
        dynamic.add(new long[] {0, 0});
        long size = stringsAt + strings.size();

        ByteBuffer out = ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
        out.put(new byte[] {0x7F, 'E', 'L', 'F', 2, 1, 1, 0}).putLong(0);
        out.putShort((short) 3)
                .putShort((short) 62)
                .putInt(1)
                .putLong(0)
                .putLong(HEADER)
                .putLong(0)
                .putInt(0);
        out.putShort((short) HEADER).putShort((short) PROGRAM_HEADER).putShort((short) headers);
        out.putShort((short) 64).putShort((short) 0).putShort((short) 0);
        programHeader(out, 1, 0, size);
        programHeader(out, 2, dynamicAt, 16L * dynamic.size());
        if (interpreter != null) {
            programHeader(out, 3, stringsAt + interpreterAt, interpreter.length() + 1L);
        }
        dynamic.forEach(entry -> out.putLong(entry[0]).putLong(entry[1]));
        out.position((int) symbolsAt + SYMBOL);
        symbols.forEach(name -> out.putInt(name).putInt(0x12).putLong(0).putLong(0));
        return out.put(strings.toByteArray()).array();
    }

    private static void programHeader(ByteBuffer out, int type, long offset, long size) {
        out.putInt(type).putInt(5).putLong(offset).putLong(offset).putLong(offset);
        out.putLong(size).putLong(size).putLong(8);
    }
}
