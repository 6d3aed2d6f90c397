// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.MalformedInputException;
import io.crossbuild.tree.FileType;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/**
 * A binary package, deb(5): an ar archive of {@code debian-binary}, {@code control.tar} and {@code data.tar}, the latter
 * two plain or packed with gzip or xz.
 *
 * <p>For any violation of the format a {@link MalformedInputException} is thrown.
 */
public final class DebFile {
    private static final long MAX_HEADER_BYTES = 64 * 1024;
    private static final int MAX_CONTROL_BYTES = 16 << 20;
    private static final int XZ_MEMORY_KIB = 96 * 1024;
    /** Padding after the end of a tar archive. */
    private static final int MAX_TRAILER_BYTES = 1 << 20;

    private final Path file;
    private final ControlFields control;
    private final Map<String, byte[]> controlFiles;

    private DebFile(Path file, ControlFields control, Map<String, byte[]> controlFiles) {
        this.file = file;
        this.control = control;
        this.controlFiles = controlFiles;
    }

    /** Opens a package and reads its control part. */
    public static DebFile open(Path file) throws IOException, CrossbuildException {
        Map<String, byte[]> controlFiles = new TreeMap<>();
        try (Members members = new Members(file)) {
            members.enter("control.tar");
            int[] left = {MAX_CONTROL_BYTES};
            members.walk((entry, content) -> {
                if (entry.type() == FileType.REGULAR && !entry.isHardLink()) {
                    if (entry.sizeBytes() > left[0]) {
                        throw new MalformedInputException(
                                file.toString(), -1, "a control part of more than " + MAX_CONTROL_BYTES + " bytes");
                    }
                    left[0] -= (int) entry.sizeBytes();
                    controlFiles.put(entry.path().substring(1), content.readAllBytes());
                }
            });
        }
        byte[] control = controlFiles.get("control");
        if (control == null) {
            throw new MalformedInputException(file.toString(), -1, "no file 'control' in the control part");
        }
        String text = new String(control, StandardCharsets.UTF_8);
        return new DebFile(file, ControlFields.parse(text, file + ", control"), controlFiles);
    }

    public Path file() {
        return file;
    }

    /** The fields of the file {@code control}. */
    public ControlFields control() {
        return control;
    }

    /** The names of the control part's files, such as {@code postinst}, {@code conffiles} or {@code triggers}. */
    public Iterable<String> controlFileNames() {
        return Collections.unmodifiableSet(controlFiles.keySet());
    }

    /** One file of the control part. */
    public Optional<byte[]> controlFile(String name) {
        return Optional.ofNullable(controlFiles.get(name)).map(byte[]::clone);
    }

    /** Visits the package's files, in the order of the archive. */
    public void forEachFile(DebVisitor visitor) throws IOException, CrossbuildException {
        try (Members members = new Members(file)) {
            members.enter("control.tar");
            members.enter("data.tar");
            members.walk(visitor);
        }
    }

    /** The members of the outer archive, read sequentially. */
    private static final class Members implements AutoCloseable {
        private final String source;
        private final GuardedInput guarded;
        private final ArArchiveInputStream ar;
        private String suffix = "";
        private @Nullable MemberInput member;

        Members(Path file) throws IOException, MalformedInputException {
            source = file.toString();
            guarded = new GuardedInput(new BufferedInputStream(Files.newInputStream(file), 64 * 1024));
            ar = new ArArchiveInputStream(guarded);
            boolean read = false;
            try {
                readVersion();
                read = true;
            } finally {
                if (!read) {
                    close();
                }
            }
        }

        private void readVersion() throws IOException, MalformedInputException {
            ArArchiveEntry first = next();
            if (first == null || !first.getName().equals("debian-binary") || first.getSize() > 64) {
                throw new MalformedInputException(source, 0, "not a Debian package (expected member 'debian-binary')");
            }
            String version;
            try {
                version = new String(new MemberInput(ar, first.getSize()).readAllBytes(), StandardCharsets.US_ASCII);
            } catch (IOException | RuntimeException e) {
                throw broken(e);
            }
            if (!version.startsWith("2.")) {
                throw new MalformedInputException(source, 8, "format '" + version.strip() + "' (expected 2.0)");
            }
        }

        private @Nullable ArArchiveEntry next() throws IOException, MalformedInputException {
            try {
                if (member != null) {
                    member.transferTo(OutputStream.nullOutputStream());
                }
                guarded.allow(MAX_HEADER_BYTES);
                return ar.getNextEntry();
            } catch (IOException | RuntimeException e) {
                throw broken(e);
            } finally {
                guarded.allowAll();
            }
        }

        /**
         * Moves to the member with a name, packed in any way; members whose name starts with an underscore are skipped.
         */
        void enter(String name) throws IOException, MalformedInputException {
            ArArchiveEntry entry = next();
            while (entry != null && entry.getName().startsWith("_")) {
                member = new MemberInput(ar, entry.getSize());
                entry = next();
            }
            if (entry == null
                    || !(entry.getName().equals(name) || entry.getName().startsWith(name + "."))) {
                throw new MalformedInputException(
                        source,
                        guarded.position(),
                        (entry == null ? "no more members" : "member '" + entry.getName() + "'") + " (expected '" + name
                                + "')");
            }
            suffix = entry.getName().substring(name.length());
            member = new MemberInput(ar, entry.getSize());
        }

        /** Reads the archive in the current member to its very end, where compression formats have their checksums. */
        void walk(DebVisitor visitor) throws IOException, CrossbuildException {
            InputStream plain;
            try {
                plain = unpacked();
            } catch (IOException | RuntimeException e) {
                throw broken(e);
            }
            try {
                new TarWalk(plain, source).forEach(visitor);
            } catch (MalformedInputException e) {
                if (guarded.failure() != null) {
                    throw guarded.failure();
                }
                throw e;
            }
            try {
                if (plain.readNBytes(MAX_TRAILER_BYTES).length == MAX_TRAILER_BYTES) {
                    throw new IOException("data after the end of the archive");
                }
            } catch (IOException | RuntimeException e) {
                throw broken(e);
            }
        }

        private InputStream unpacked() throws IOException {
            MemberInput packed = member;
            if (packed == null) {
                throw new IOException("no member");
            }
            return switch (suffix) {
                case "" -> packed;
                case ".gz" -> new GZIPInputStream(packed, 64 * 1024);
                case ".xz" -> new XZInputStream(packed, XZ_MEMORY_KIB);
                default -> throw new IOException("a member packed as '" + suffix + "' (expected .xz, .gz or none)");
            };
        }

        /** A failure of the disk is thrown as it is, anything else as a malformed package. */
        private MalformedInputException broken(Exception e) throws IOException {
            if (guarded.failure() != null) {
                throw guarded.failure();
            }
            String text = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            return new MalformedInputException(source, guarded.position(), text, e);
        }

        @Override
        public void close() throws IOException {
            ar.close();
        }
    }
}
