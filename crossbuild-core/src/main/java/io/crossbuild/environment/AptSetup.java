// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.environment;

import io.crossbuild.arch.Architecture;
import io.crossbuild.debian.DebianArchive;
import io.crossbuild.debian.SignedRelease;
import io.crossbuild.debian.SuiteArchive;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.guest.GuestFacts;
import io.crossbuild.spec.EnvironmentSpec;
import io.crossbuild.tree.FileAttributes;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import org.tukaani.xz.XZInputStream;

/**
 * apt and dpkg in an environment: they use the mirror from which the environment was made, already know its packages,
 * and never wait for the disk.
 */
final class AptSetup {
    private static final String DPKG = """
            # The image is discarded if its machine dies, so there is no point in waiting for the disk.
            force-unsafe-io
            """;

    private static final String APT = """
            Acquire::Languages "none";
            Acquire::Retries "3";
            Dpkg::Use-Pty "0";
            """;

    /** As in DebianArchive: the last index stays valid, and is where its name says. */
    private static final String APT_ARCHIVED = """
            Acquire::Check-Valid-Until "false";
            Acquire::By-Hash "no";
            """;

    private static final String SOURCE = """
            Types: deb
            URIs: %s
            Suites: %s
            Components: main
            Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
            """;

    private AptSetup() {}

    static void write(RootArchive out, DebianArchive archive)
            throws IOException, CrossbuildException, InterruptedException {
        out.file("/etc/dpkg/dpkg.cfg.d/crossbuild", 0644, DPKG);
        boolean archived = EnvironmentSpec.ARCHIVED_SUITES.contains(archive.suite());
        out.file("/etc/apt/apt.conf.d/90crossbuild", 0644, archived ? APT + APT_ARCHIVED : APT);
        StringBuilder sources = new StringBuilder();
        for (SuiteArchive part : archive.parts()) {
            sources.append(sources.isEmpty() ? "" : "\n").append(SOURCE.formatted(seen(part), part.suite()));
        }
        out.file("/etc/apt/sources.list.d/debian.sources", 0644, sources.toString());
        for (SuiteArchive part : archive.parts()) {
            writeLists(out, part, archive.architecture());
        }
    }

    private static URI seen(SuiteArchive part) {
        return asSeenByGuest(part.mirror().root());
    }

    /** What apt-get update would write. */
    private static void writeLists(RootArchive out, SuiteArchive part, Architecture architecture)
            throws IOException, CrossbuildException, InterruptedException {
        SignedRelease release = part.release();
        String lists = "/var/lib/apt/lists/" + listName(seen(part)) + "_dists_" + part.suite() + "_";
        out.file(lists + "InRelease", 0644, release.bytes());
        String packages = "main/binary-" + architecture.debianName() + "/Packages";
        long sizeBytes = release.file(packages)
                .orElseThrow(() -> new CrossbuildException("The archive's index does not name '" + packages + "'"))
                .sizeBytes();
        try (InputStream in = new XZInputStream(new BufferedInputStream(Files.newInputStream(part.packagesFile())))) {
            out.file(lists + packages.replace('/', '_'), FileAttributes.of(0644), sizeBytes, in);
        }
    }

    /** A mirror on this host's loopback interface has a different address in the guest. */
    static URI asSeenByGuest(URI mirror) {
        String host = mirror.getHost();
        if (host == null || !(host.equals("localhost") || host.equals("[::1]") || host.startsWith("127."))) {
            return mirror;
        }
        return URI.create(mirror.toString().replaceFirst("//([^/@]*@)?(\\[::1\\]|[^/:]*)", "//$1" + GuestFacts.HOST));
    }

    /** The name of a list file: URItoFileName() of apt-pkg/contrib/strutl.cc. */
    static String listName(URI mirror) {
        String address =
                mirror.toString().replaceFirst("^[a-z]+://([^@/]*@)?", "").replaceFirst("/$", "");
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < address.length(); i++) {
            char c = address.charAt(i);
            if ("\\|{}[]<>\"^~_=!@#$%^&*".indexOf(c) >= 0 || c <= ' ' || c >= 0x7F) {
                name.append('%').append(String.format("%02x", (int) c));
            } else {
                name.append(c == '/' ? '_' : c);
            }
        }
        return name.toString();
    }
}
