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

    private TinyElf() {}

    public static byte[] program(String... needed) {
        return write(LOADER, null, List.of(needed));
    }

    public static byte[] library(@Nullable String runpath, String... needed) {
        return write(null, runpath, List.of(needed));
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

    private static byte[] write(@Nullable String interpreter, @Nullable String runpath, List<String> needed) {
        ByteArrayOutputStream strings = new ByteArrayOutputStream();
        strings.write(0);
        List<long[]> dynamic = new ArrayList<>();
        for (String name : needed) {
            dynamic.add(new long[] {1, strings.size()});
            strings.writeBytes(NameCodec.encode(name + "\0"));
        }
        if (runpath != null) {
            dynamic.add(new long[] {29, strings.size()});
            strings.writeBytes((runpath + "\0").getBytes(StandardCharsets.UTF_8));
        }
        int interpreterAt = strings.size();
        strings.writeBytes((String.valueOf(interpreter) + "\0").getBytes(StandardCharsets.UTF_8));
        int headers = interpreter == null ? 2 : 3;
        long dynamicAt = HEADER + (long) headers * PROGRAM_HEADER;
        long stringsAt = dynamicAt + 16L * (dynamic.size() + 3);
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
        return out.put(strings.toByteArray()).array();
    }

    private static void programHeader(ByteBuffer out, int type, long offset, long size) {
        out.putInt(type).putInt(5).putLong(offset).putLong(offset).putLong(offset);
        out.putLong(size).putLong(size).putLong(8);
    }
}
