// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract;

import io.crossbuild.closure.HintCount;
import io.crossbuild.closure.HintGroup;
import io.crossbuild.disk.ext4.ReadTrace;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.extract.manifest.OwnFiles;
import io.crossbuild.io.ChecksummedFile;
import io.crossbuild.io.FileStamp;
import io.crossbuild.io.PatientFiles;
import io.crossbuild.io.Workers;
import io.crossbuild.tree.HostNames;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The state in which an extraction left the target root, in a binary file next to the manifest: its inputs, and the
 * stamp of every file. It is read to find out whether there is anything to do: parsing the manifest would take as long
 * as the whole goal may take.
 *
 * @param files as in {@link ExtractionResult}
 * @param bytes likewise
 * @param left likewise
 * @param stamps by path below the target root
 */
record ExtractionRecord(
        ExtractionInputs inputs, int files, long bytes, List<HintCount> left, Map<String, FileStamp> stamps) {
    private static final long MAGIC = 0x63_72_6F_73_72_65_63_01L;
    private static final int MAX_BYTES = 1 << 30;

    /** Records the present stamps of files. */
    static ExtractionRecord of(ExtractionInputs inputs, ExtractionResult result, List<Path> paths, Workers workers)
            throws IOException, CrossbuildException, InterruptedException {
        Path root = result.targetRoot();
        Map<Path, FileStamp> found = new ConcurrentHashMap<>();
        workers.forEach(paths, path -> FileStamp.of(path).ifPresent(stamp -> found.put(path, stamp)));
        Map<String, FileStamp> stamps = new LinkedHashMap<>();
        for (Path path : paths) {
            FileStamp stamp = found.get(path);
            if (stamp != null) {
                stamps.put(name(root, path), stamp);
            }
        }
        return new ExtractionRecord(inputs, result.files(), result.bytes(), result.left(), stamps);
    }

    /** This record for a different disk, from which the same files were extracted. */
    ExtractionRecord withInputs(ExtractionInputs other) {
        return new ExtractionRecord(other, files, bytes, left, stamps);
    }

    /** Whether a file is unchanged since the extraction. */
    boolean isAsLeft(Path root, Path file) throws IOException {
        FileStamp stamp = stamps.get(name(root, file));
        return stamp != null && FileStamp.of(file).filter(stamp::isSameAs).isPresent();
    }

    /**
     * The trace that was written with this record; also empty when the trace is damaged or from another version, since
     * everything is read again then.
     */
    Optional<ReadTrace> trace(OwnFiles own) throws IOException {
        if (!isAsLeft(own.root(), own.trace())) {
            return Optional.empty();
        }
        try {
            return Optional.of(ReadTrace.read(own.trace()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The files that have changed since the extraction, by path below the target root. */
    List<String> changed(Path root) throws IOException {
        List<String> changed = new ArrayList<>();
        for (Map.Entry<String, FileStamp> entry : stamps.entrySet()) {
            Optional<Path> path = path(root, entry.getKey());
            Optional<FileStamp> now = path.isPresent() ? FileStamp.of(path.get()) : Optional.empty();
            if (now.isEmpty() || !now.get().isSameAs(entry.getValue())) {
                changed.add(entry.getKey());
            }
        }
        return changed;
    }

    private static String name(Path root, Path path) {
        Path relative = root.relativize(path);
        String text = relative.toString();
        if (isAscii(text)) {
            return text;
        }
        List<String> names = new ArrayList<>();
        relative.forEach(name -> names.add(HostNames.nameOf(name)));
        return String.join("/", names);
    }

    private static Optional<Path> path(Path root, String name) {
        if (isAscii(name)) {
            return Optional.of(root.resolve(name));
        }
        Optional<Path> path = Optional.of(root);
        for (String part : name.split("/")) {
            path = path.flatMap(parent -> HostNames.resolve(parent, part));
        }
        return path;
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    /**
     * Reads a record; empty if there is none.
     *
     * @throws IOException also when the file is not a record of this version
     */
    static Optional<ExtractionRecord> read(Path file) throws IOException {
        try {
            return Optional.of(read(ChecksummedFile.read(file, MAX_BYTES)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static ExtractionRecord read(DataInputStream in) throws IOException {
        if (in.readLong() != MAGIC) {
            throw new IOException("another version's record");
        }
        List<String> disk = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            disk.add(in.readUTF());
        }
        Map<String, String> settings = new LinkedHashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            settings.put(in.readUTF(), in.readUTF());
        }
        int files = in.readInt();
        long bytes = in.readLong();
        List<HintCount> groups = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            String name = in.readUTF();
            HintGroup group = HintGroup.of(name).orElseThrow(() -> new IOException("unknown group '" + name + "'"));
            groups.add(new HintCount(group, in.readInt()));
        }
        Map<String, FileStamp> stamps = new LinkedHashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            String path = in.readUTF();
            if (path.indexOf('\0') >= 0) {
                throw new IOException("path '" + path.replace('\0', '?') + "' (expected no zero byte)");
            }
            stamps.put(path, FileStamp.readFrom(in));
        }
        return new ExtractionRecord(new ExtractionInputs(disk, settings), files, bytes, groups, stamps);
    }

    /** Replaces the last record. */
    void replace(Path file) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        ChecksummedFile.write(next, this::write);
        PatientFiles.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private void write(DataOutputStream out) throws IOException {
        out.writeLong(MAGIC);
        out.writeInt(inputs.disk().size());
        for (String id : inputs.disk()) {
            out.writeUTF(id);
        }
        out.writeInt(inputs.settings().size());
        for (Map.Entry<String, String> setting : inputs.settings().entrySet()) {
            out.writeUTF(setting.getKey());
            out.writeUTF(setting.getValue());
        }
        out.writeInt(files);
        out.writeLong(bytes);
        out.writeInt(left.size());
        for (HintCount group : left) {
            out.writeUTF(group.group().text());
            out.writeInt(group.entries());
        }
        out.writeInt(stamps.size());
        for (Map.Entry<String, FileStamp> stamp : stamps.entrySet()) {
            out.writeUTF(stamp.getKey());
            stamp.getValue().writeTo(out);
        }
    }
}
