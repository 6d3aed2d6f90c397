// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Makes packages as dpkg-deb does, and also packages that it would never make. */
final class DebBuilder {
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private final TarArchiveOutputStream dataTar = tar(data);
    private final Map<String, String> controlFiles = new LinkedHashMap<>();
    private String packing = ".xz";

    DebBuilder(String control) {
        controlFiles.put("control", control);
    }

    static DebBuilder of(String name) {
        return of(name, "1.0");
    }

    static DebBuilder of(String name, String version) {
        return new DebBuilder("Package: " + name + "\nVersion: " + version + "\nArchitecture: amd64\n");
    }

    /** With files of each type. */
    static DebBuilder mixed() throws IOException {
        return of("demo")
                .controlFile("postinst", "#!/bin/sh\nexit 0\n")
                .directory("./usr/", 0755)
                .file("./usr/bin/demo", "some content, longer than nothing\n".repeat(20))
                .file("./usr/share/" + "n".repeat(140), "x")
                .symlink("./usr/bin/alias", "demo")
                .hardLink("./usr/bin/twin", "./usr/bin/demo");
    }

    private static TarArchiveOutputStream tar(OutputStream out) {
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "ISO-8859-1");
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_STAR);
        return tar;
    }

    /** @param suffix ".xz", ".gz" or "" */
    DebBuilder packedAs(String suffix) {
        packing = suffix;
        return this;
    }

    DebBuilder controlFile(String name, String content) {
        controlFiles.put(name, content);
        return this;
    }

    DebBuilder directory(String name, int mode) throws IOException {
        return entry(name, TarConstants.LF_DIR, mode, "", new byte[0]);
    }

    DebBuilder file(String name, String content) throws IOException {
        return file(name, content.getBytes(StandardCharsets.UTF_8), 0644);
    }

    DebBuilder file(String name, byte[] content, int mode) throws IOException {
        return entry(name, TarConstants.LF_NORMAL, mode, "", content);
    }

    DebBuilder symlink(String name, String target) throws IOException {
        return entry(name, TarConstants.LF_SYMLINK, 0777, target, new byte[0]);
    }

    DebBuilder hardLink(String name, String target) throws IOException {
        return entry(name, TarConstants.LF_LINK, 0644, target, new byte[0]);
    }

    DebBuilder entry(String name, byte type, int mode, String link, byte[] content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
        entry.setMode(mode);
        entry.setLinkName(link);
        entry.setModTime(1_700_000_000_000L);
        entry.setIds(0, 0);
        entry.setSize(content.length);
        dataTar.putArchiveEntry(entry);
        dataTar.write(content);
        dataTar.closeArchiveEntry();
        return this;
    }

    byte[] build() throws IOException {
        ByteArrayOutputStream control = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = tar(control)) {
            for (Map.Entry<String, String> file : controlFiles.entrySet()) {
                byte[] content = file.getValue().getBytes(StandardCharsets.UTF_8);
                TarArchiveEntry entry = new TarArchiveEntry("./" + file.getKey());
                entry.setSize(content.length);
                tar.putArchiveEntry(entry);
                tar.write(content);
                tar.closeArchiveEntry();
            }
        }
        dataTar.close();
        Map<String, byte[]> members = new LinkedHashMap<>();
        members.put("debian-binary", "2.0\n".getBytes(StandardCharsets.US_ASCII));
        members.put("control.tar" + packing, pack(control.toByteArray(), packing));
        members.put("data.tar" + packing, pack(data.toByteArray(), packing));
        return ar(members);
    }

    static byte[] ar(Map<String, byte[]> members) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ArArchiveOutputStream ar = new ArArchiveOutputStream(out)) {
            for (Map.Entry<String, byte[]> member : members.entrySet()) {
                ar.putArchiveEntry(new ArArchiveEntry(member.getKey(), member.getValue().length));
                ar.write(member.getValue());
                ar.closeArchiveEntry();
            }
        }
        return out.toByteArray();
    }

    static byte[] pack(byte[] plain, String suffix) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream packed = switch (suffix) {
            case ".xz" -> new XZOutputStream(out, new LZMA2Options(0));
            case ".gz" -> new GZIPOutputStream(out);
            default -> out;
        }) {
            packed.write(plain);
        }
        return out.toByteArray();
    }
}
