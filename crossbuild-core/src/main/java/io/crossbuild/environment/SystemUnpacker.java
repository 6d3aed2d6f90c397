// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.environment;

import io.crossbuild.debian.DebEntry;
import io.crossbuild.debian.DebFile;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.guest.GuestFacts;
import io.crossbuild.tree.FileAttributes;
import io.crossbuild.tree.FileType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Unpacks packages into the archive of a root file system, as "dpkg --unpack" would, but on the host: this takes
 * seconds, instead of minutes in an emulated guest.
 *
 * <p>A package that diverts other packages' files, or contains a file of an earlier package, is left to dpkg in the
 * guest.
 */
final class SystemUnpacker {
    private static final Pattern RENAMES = Pattern.compile("(?<![\\w-])--rename\\b");

    private final RootArchive archive;
    private final DpkgDatabase database;
    private final List<Path> leftToDpkg = new ArrayList<>();

    SystemUnpacker(RootArchive archive) {
        this.archive = archive;
        this.database = new DpkgDatabase(archive);
    }

    void unpack(Path file) throws IOException, CrossbuildException {
        DebFile deb = DebFile.open(file);
        if (diverts(deb)) {
            leftToDpkg.add(file);
            return;
        }
        Set<String> conffiles = conffiles(deb);
        DpkgDatabase.Unpacked unpacked = DpkgDatabase.Unpacked.of(deb);
        try {
            deb.forEachFile((entry, content) -> {
                if (entry.type() != FileType.DIRECTORY && archive.holdsFile(entry.path())) {
                    throw new OverlapException(entry.path());
                }
                unpacked.paths().add(entry.path().equals("/") ? "/." : entry.path());
                add(entry, content, conffiles, unpacked);
            });
        } catch (OverlapException e) {
            leftToDpkg.add(file);
            return;
        }
        database.add(unpacked);
    }

    private void add(DebEntry entry, InputStream content, Set<String> conffiles, DpkgDatabase.Unpacked unpacked)
            throws IOException, CrossbuildException {
        if (entry.isHardLink()) {
            archive.hardLink(entry.path(), entry.link(), entry.attributes());
        } else if (entry.type() == FileType.DIRECTORY) {
            archive.directory(entry.path(), entry.attributes());
        } else if (entry.type() == FileType.SYMLINK) {
            archive.symlink(entry.path(), entry.link(), entry.attributes());
        } else if (entry.type() != FileType.REGULAR) {
            archive.special(entry.path(), entry.type(), entry.attributes());
        } else if (conffiles.contains(entry.path())) {
            DigestInputStream md5 = new DigestInputStream(content, md5());
            archive.file(entry.path(), entry.attributes(), entry.sizeBytes(), md5);
            unpacked.conffiles()
                    .put(
                            entry.path(),
                            HexFormat.of().formatHex(md5.getMessageDigest().digest()));
        } else {
            archive.file(entry.path(), entry.attributes(), entry.sizeBytes(), content);
        }
    }

    /** Writes what the guest needs to configure the packages. */
    void finish() throws IOException {
        database.finish();
        archive.file(GuestFacts.CONFIGURATION_DIRECTORY + "/preinst", 0644, database.preinst());
        for (Path deb : leftToDpkg) {
            String name = GuestFacts.CONFIGURATION_DIRECTORY + "/" + deb.getFileName() + ".deb";
            try (InputStream in = Files.newInputStream(deb)) {
                archive.file(name, FileAttributes.of(0644), Files.size(deb), in);
            }
        }
    }

    /**
     * Whether a package moves other packages' files out of its way before its own are unpacked. The diversions of the
     * merged /usr move nothing. Essential packages are needed to run dpkg at all; they move nothing on a new system.
     */
    private static boolean diverts(DebFile deb) {
        String script = new String(deb.controlFile("preinst").orElse(new byte[0]), StandardCharsets.UTF_8);
        return script.contains("dpkg-divert")
                && RENAMES.matcher(script).find()
                && !deb.control().get("Essential").orElse("no").equals("yes");
    }

    /** The lines of the file "conffiles" that name a file; the others start with a flag (deb-conffiles(5)). */
    private static Set<String> conffiles(DebFile deb) {
        Set<String> paths = new HashSet<>();
        String text = new String(deb.controlFile("conffiles").orElse(new byte[0]), StandardCharsets.UTF_8);
        text.lines().map(String::strip).filter(line -> line.startsWith("/")).forEach(paths::add);
        return paths;
    }

    private static MessageDigest md5() {
        try {
            // dpkg's own digest of configuration files; nothing is trusted because of it.
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
