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
    static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private static final String ARCHIVED = "Valid-Until: Sat, 01 Feb 2025 00:00:00 UTC\nAcquire-By-Hash: yes\n";

    private final Map<String, byte[]> debs = new LinkedHashMap<>();
    private final Map<String, Map<String, byte[]>> updates = new LinkedHashMap<>();
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

    /** Puts a newer version of a package into a suite with updates, such as "trixie-security". */
    public void addUpdate(String of, String name, String version, String file, String content) throws Exception {
        byte[] deb = DebBuilder.of(name, version)
                .file(file, content)
                .controlFile("postinst", "echo " + name + "\n")
                .build();
        updates.computeIfAbsent(of, suite -> new LinkedHashMap<>()).put(name + "_" + version, deb);
        publishUpdates(of, NOW.minus(Duration.ofHours(2)), "");
    }

    /** Signs an index of a suite with updates. */
    public void publishUpdates(String of, Instant date, String more) throws IOException, PGPException {
        publish(root(of), of, updates.getOrDefault(of, Map.of()), date, more);
    }

    private static String root(String of) {
        return of.endsWith("-security") ? "/debian-security" : "/debian";
    }

    private void publish(Instant date) throws IOException, PGPException {
        String more = EnvironmentSpec.ARCHIVED_SUITES.contains(suite) ? ARCHIVED : "";
        Map<String, byte[]> all = new LinkedHashMap<>();
        debs.forEach((name, deb) -> all.put(name + "_1.0", deb));
        publish("/debian", suite, all, date, more);
    }

    /** @param of the packages, by name and version */
    private void publish(String root, String of, Map<String, byte[]> content, Instant date, String more)
            throws IOException, PGPException {
        StringBuilder text = new StringBuilder();
        for (Map.Entry<String, byte[]> deb : content.entrySet()) {
            String[] name = deb.getKey().split("_");
            String file = "pool/" + of + "/" + deb.getKey() + "_amd64.deb";
            server.file(root + "/" + file, deb.getValue());
            text.append("Package: ").append(name[0]).append("\nVersion: ").append(name[1]);
            text.append("\nArchitecture: amd64\n").append(fields.getOrDefault(name[0], ""));
            text.append("Filename: ").append(file).append("\nSize: ").append(deb.getValue().length);
            text.append("\nSHA256: ").append(Sha256.of(deb.getValue())).append("\n\n");
        }
        byte[] plain = text.toString().getBytes(StandardCharsets.UTF_8);
        byte[] packages = DebBuilder.pack(plain, ".xz");
        server.file(root + "/dists/" + of + "/main/binary-amd64/Packages.xz", packages);
        String release = "Suite: stable\nCodename: " + of + "\nDate: " + rfc(date) + "\n" + more + "SHA256:\n "
                + Sha256.of(packages) + " " + packages.length
                + " main/binary-amd64/Packages.xz\n " + Sha256.of(plain) + " " + plain.length
                + " main/binary-amd64/Packages\n";
        serve(root + "/dists/" + of + "/InRelease", key.clearSign(release, Signing.at(date)));
    }

    /** A date in an index. */
    static String rfc(Instant date) {
        return DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss", Locale.ENGLISH)
                        .format(date.atOffset(ZoneOffset.UTC))
                + " UTC";
    }

    /** Answers a path with a text. */
    void serve(String path, String text) {
        server.file(path, text.getBytes(StandardCharsets.UTF_8));
    }

    /** The text at a path. */
    String served(String path) {
        return new String(server.content(path), StandardCharsets.UTF_8);
    }

    /** The archive as seen by a new build, without updates. */
    public DebianArchive open(Store store) throws Exception {
        return open(store, mirrors(), BuildListener.NONE);
    }

    /** The archive with its updates, as seen by a new build. */
    public DebianArchive openWithUpdates(Store store, BuildListener listener) throws Exception {
        return open(store, mirrors().withUpdates((Mirror) null), listener);
    }

    Mirrors mirrors() throws Exception {
        return Mirrors.of(Mirror.of(server.uri("/debian")));
    }

    DebianArchive open(Store store, Mirrors mirrors, BuildListener listener) throws Exception {
        Downloader downloader = Downloader.open(new DownloadOptions(
                false, listener, null, 4, Duration.ofSeconds(5), Duration.ofSeconds(20), 2, Duration.ZERO));
        return DebianArchive.open(
                store, downloader, mirrors, suite, Architecture.AMD64, Clock.fixed(NOW, ZoneOffset.UTC), key.keys());
    }

    @Override
    public void close() {
        server.close();
    }
}
