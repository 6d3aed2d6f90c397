// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import io.crossbuild.arch.Architecture;
import io.crossbuild.debian.TestKey.Signing;
import io.crossbuild.event.BuildListener;
import io.crossbuild.io.Sha256;
import io.crossbuild.net.DownloadOptions;
import io.crossbuild.net.Downloader;
import io.crossbuild.net.TestServer;
import io.crossbuild.spec.EnvironmentSpec;
import io.crossbuild.store.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.bouncycastle.openpgp.PGPException;

/** An archive with the packages of every environment, signed with its own key, on a server in this JVM. */
public final class TestArchive implements AutoCloseable {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private static final String ARCHIVED = "Valid-Until: Sat, 01 Feb 2025 00:00:00 UTC\nAcquire-By-Hash: yes\n";

    private final Map<String, byte[]> debs = new LinkedHashMap<>();
    private final Map<String, String> fields = new LinkedHashMap<>();
    private final TestServer server = new TestServer();
    private final TestKey key;
    private final String suite;

    /** The packages are those that {@link BaseSystem} names. */
    public TestArchive() throws IOException, PGPException {
        this("trixie");
    }

    /** An archived suite has an expired index, and no names by digest although the index says so. */
    public TestArchive(String suite) throws IOException, PGPException {
        this.suite = suite;
        key = TestKey.make(NOW.minus(Duration.ofDays(100)), Duration.ZERO);
        add("base-files", "./etc/debian_version", "13.1", "echo base");
        add("apt", "./usr/bin/apt", "apt", "echo apt");
        add("ca-certificates", "./etc/ca.conf", "ca", "echo ca");
        fields.put("base-files", "Essential: yes\n");
        publish(NOW.minus(Duration.ofHours(3)));
    }

    /**
     * Adds a package, or a newer version of it.
     *
     * @param postinst the commands of its script
     */
    public void add(String name, String file, String content, String postinst) throws IOException {
        debs.put(
                name,
                DebBuilder.of(name)
                        .file(file, content)
                        .controlFile("postinst", postinst + "\n")
                        .build());
    }

    /**
     * Adds "odd" with unusual content, "diverter", which moves files of others, and "overlap", which contains a file of
     * "apt".
     */
    public void addSpecialOnes() throws IOException {
        debs.put(
                "odd",
                DebBuilder.of("odd")
                        .directory("./usr/share/odd/", 0755)
                        .file("./etc/odd.conf", "setting")
                        .file("./usr/share/odd/a", "a")
                        .hardLink("./usr/share/odd/b", "./usr/share/odd/a")
                        .symlink("./usr/share/odd/c", "a")
                        .controlFile("conffiles", "/etc/odd.conf\n")
                        .controlFile("preinst", "#!/bin/sh\n")
                        .controlFile(
                                "triggers", "interest /usr/share/odd\ninterest-noawait rebuild\nactivate-noawait x\n")
                        .build());
        debs.put(
                "diverter",
                DebBuilder.of("diverter")
                        .file("./usr/bin/other", "o")
                        .controlFile("preinst", "dpkg-divert --rename --add /usr/bin/apt\n")
                        .build());
        debs.put(
                "overlap",
                DebBuilder.of("overlap").file("./usr/bin/apt", "mine").build());
    }

    /** Signs an index of its present packages. */
    public void publishAgain() throws IOException, PGPException {
        publish(NOW.minus(Duration.ofHours(1)));
    }

    private void publish(Instant date) throws IOException, PGPException {
        StringBuilder text = new StringBuilder();
        for (Map.Entry<String, byte[]> deb : debs.entrySet()) {
            String file = "pool/main/" + deb.getKey() + "_1.0_amd64.deb";
            server.file("/debian/" + file, deb.getValue());
            text.append("Package: ").append(deb.getKey()).append("\nVersion: 1.0\nArchitecture: amd64\n");
            text.append(fields.getOrDefault(deb.getKey(), ""));
            text.append("Filename: ").append(file).append("\nSize: ").append(deb.getValue().length);
            text.append("\nSHA256: ").append(Sha256.of(deb.getValue())).append("\n\n");
        }
        byte[] plain = text.toString().getBytes(StandardCharsets.UTF_8);
        byte[] packages = DebBuilder.pack(plain, ".xz");
        server.file("/debian/dists/" + suite + "/main/binary-amd64/Packages.xz", packages);
        String release = "Suite: stable\nCodename: " + suite + "\nDate: "
                + DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss", Locale.ENGLISH)
                        .format(date.atOffset(ZoneOffset.UTC))
                + " UTC\n" + (EnvironmentSpec.ARCHIVED_SUITES.contains(suite) ? ARCHIVED : "") + "SHA256:\n "
                + Sha256.of(packages) + " " + packages.length
                + " main/binary-amd64/Packages.xz\n " + Sha256.of(plain) + " " + plain.length
                + " main/binary-amd64/Packages\n";
        server.file(
                "/debian/dists/" + suite + "/InRelease",
                key.clearSign(release, Signing.at(date)).getBytes(StandardCharsets.UTF_8));
    }

    /** The archive as seen by a new build. */
    public DebianArchive open(Store store) throws Exception {
        Downloader downloader = Downloader.open(new DownloadOptions(
                false, BuildListener.NONE, null, 4, Duration.ofSeconds(5), Duration.ofSeconds(20), 2, Duration.ZERO));
        return DebianArchive.open(
                store,
                downloader,
                Mirrors.of(Mirror.of(server.uri("/debian"))),
                suite,
                Architecture.AMD64,
                Clock.fixed(NOW, ZoneOffset.UTC),
                key.keys());
    }

    @Override
    public void close() {
        server.close();
    }
}
