// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract;

import static io.crossbuild.extract.Guest.dirs;
import static io.crossbuild.extract.Guest.files;
import static io.crossbuild.extract.Guest.snapshot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.crossbuild.config.BuildConfig;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.ConfigException;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.HostRequirementException;
import io.crossbuild.error.MalformedInputException;
import io.crossbuild.event.BuildListener;
import io.crossbuild.spec.ExtractionOptions;
import io.crossbuild.tree.FileContent;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.HostNames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Guests that are damaged or that try to escape. */
class HostileGuestTest {
    @TempDir
    Path temp;

    private Path root;

    @BeforeEach
    void makeRoot() throws Exception {
        root = Files.createDirectory(temp.toRealPath().resolve("root"));
    }

    /** A tree that changes what a guest reports. */
    private abstract static class Changed extends ForwardingTree {
        Changed(Guest guest) {
            super(guest.builder.build());
        }
    }

    private ExtractionResult extract(FileTree tree, BuildConfig config) throws Exception {
        return new Extractor(tree, config, ExtractionOptions.DEFAULTS, BuildListener.NONE).extractTo(root);
    }

    @Test
    void namesWithBlanksAndLineFeedsAreKeptAsTheyAre() throws Exception {
        new Guest()
                .file("/d/two  blanks", "1")
                .file("/d/line\nfeed -> x", "2")
                .file("/d/-rf *", "3")
                .file("/d/\"quoted\" \\ $HOME", "4")
                .file("/d/grüße-日本", "5")
                .link("/d/l ink", "two  blanks")
                .link("/d/ünlink", "grüße-日本")
                .extract(dirs("/d"), root);
        assertThat(snapshot(root))
                .containsEntry("d/two  blanks", "1")
                .containsEntry("d/line\nfeed -> x", "2")
                .containsEntry("d/-rf *", "3")
                .containsEntry("d/\"quoted\" \\ $HOME", "4")
                .containsEntry("d/l ink", "-> two  blanks")
                .hasSize(8);
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "names are UTF-8 or UTF-16 elsewhere")
    void namesThatAreNotUtf8KeepTheirBytesOnLinux() throws Exception {
        Guest guest = guestOfBytes();
        guest.extract(dirs("/d"), root);
        assertThat(guest.warnings()).isEmpty();
        assertThat(Files.readString(bytes("d", "b\uDCE9"))).isEqualTo("b");
        assertThat(Files.readString(bytes("d", "\uDC80\uDCFF", "ü\uDCFC"))).isEqualTo("c");
        assertThat(Files.readString(bytes("d", "l\uDCE9"))).isEqualTo("b");
        assertThat(Files.isSameFile(bytes("d", "h\uDCE9"), bytes("d", "b\uDCE9")))
                .isTrue();
        assertThat(new ProcessBuilder("find", root + "/d", "-name", "b*")
                        .start()
                        .getInputStream()
                        .readAllBytes())
                .contains('b', 0xE9, '\n');

        assertThat(guestOfBytes().extract(dirs("/d"), root).written()).isZero();
        Files.writeString(bytes("d", "b\uDCE9"), "mine");
        new Guest().file("/d/a", "a").extract(dirs("/d"), root);
        assertThat(Files.readString(bytes("d", "b\uDCE9"))).isEqualTo("mine");
        assertThat(bytes("d", "\uDC80\uDCFF")).doesNotExist();
        assertThat(Files.isSymbolicLink(bytes("d", "l\uDCE9"))).isFalse();
    }

    private static Guest guestOfBytes() throws Exception {
        Guest guest = new Guest()
                .file("/d/a", "a")
                .file("/d/b\uDCE9", "b")
                .file("/d/\uDC80\uDCFF/ü\uDCFC", "c", 0700)
                .link("/d/l\uDCE9", "b\uDCE9");
        guest.builder.hardLink("/d/h\uDCE9", "/d/b\uDCE9");
        return guest;
    }

    private Path bytes(String... names) {
        Path path = root;
        for (String name : names) {
            path = HostNames.resolve(path, name).orElseThrow();
        }
        return path;
    }

    @Test
    void anEntryNamedLikeAPathIsRefused() throws Exception {
        for (String name : List.of("../../evil", "a/b", "..", ".", "", "x\0y")) {
            Guest guest = new Guest().file("/d/x", "x");
            FileTree tree = new Changed(guest) {
                @Override
                public List<Entry> children(FileNode directory) throws IOException, CrossbuildException {
                    return super.children(directory).stream()
                            .map(e -> e.name().equals("x") ? new Entry(name, e.node()) : e)
                            .toList();
                }
            };
            assertThatThrownBy(() -> extract(tree, dirs("/d"))).as(name).isInstanceOf(MalformedInputException.class);
            assertThat(temp.resolve("evil")).doesNotExist();
        }
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void aDirectoryThatHoldsItselfEnds() throws Exception {
        Guest guest = new Guest().file("/d/e/x", "x");
        FileTree tree = new Changed(guest) {
            @Override
            public List<Entry> children(FileNode directory) throws IOException, CrossbuildException {
                FileNode d = child(root(), "d").orElseThrow();
                return directory.equals(child(d, "e").orElseThrow())
                        ? List.of(new Entry("again", d))
                        : super.children(directory);
            }
        };
        extract(tree, dirs("/d"));
        assertThat(snapshot(root).keySet()).containsExactly("d", "d/e", "d/e/again");
    }

    @Test
    void linksThatGoRoundStayLinks() throws Exception {
        new Guest()
                .link("/d/a", "b")
                .link("/d/b", "a")
                .link("/d/self", "self")
                .link("/d/deep/up", "../..")
                .extract(dirs("/d"), root);
        assertThat(snapshot(root))
                .containsEntry("d/a", "-> b")
                .containsEntry("d/b", "-> a")
                .containsEntry("d/self", "-> self")
                .containsEntry("d/deep/up", "-> ../..");
    }

    @Test
    void theOwnFilesOfTheTargetRootCannotBeReplacedByTheGuest() throws Exception {
        for (String path : List.of("/root/run.json", "/root/.crossbuild/manifest.json", "/root/.CROSSBUILD/x")) {
            Guest guest = new Guest().file(path, "evil");
            assertThatThrownBy(() -> guest.extract(files(path.substring("/root/".length())), root))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("which crossbuild writes itself");
        }
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void aFileThatCannotBeReadLeavesEverythingAsItWas() throws Exception {
        new Guest().file("/d/a", "old").file("/d/z", "old").extract(dirs("/d"), root);
        Map<String, String> before = snapshot(root);
        FileTree broken =
                new Changed(new Guest().file("/d/a", "new").file("/d/new", "n").file("/d/z", "new")) {
                    @Override
                    public FileContent open(FileNode file) throws IOException, CrossbuildException {
                        FileContent content = super.open(file);
                        boolean isLast = file.equals(
                                child(child(root(), "d").orElseThrow(), "z").orElseThrow());
                        return isLast ? new Truncated(content) : content;
                    }
                };
        assertThatThrownBy(() -> extract(broken, dirs("/d")))
                .isInstanceOf(MalformedInputException.class)
                .hasMessage("Malformed '/d/z' at byte 1: the file ends (expected 3 bytes)");
        assertThat(snapshot(root)).isEqualTo(before);
        assertThat(root.resolve(".crossbuild/staging")).doesNotExist();
        assertThat(root.resolve(".crossbuild/manifest.next.json")).doesNotExist();
    }

    /** Has fewer bytes than it claims. */
    private record Truncated(FileContent content) implements FileContent {
        @Override
        public long sizeBytes() {
            return content.sizeBytes();
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException, CrossbuildException {
            return position >= 1 ? -1 : content.read(target.limit(target.position() + 1), position);
        }

        @Override
        public void close() throws IOException {
            content.close();
        }
    }

    @Test
    void anEndlessFileEndsWhenTheExtractionIsInterrupted() throws Exception {
        new Guest().file("/d/a", "old").extract(dirs("/d"), root);
        CountDownLatch reading = new CountDownLatch(1);
        FileTree endless = new Changed(new Guest().file("/d/a", "new")) {
            @Override
            public FileContent open(FileNode file) {
                return new Endless(reading);
            }
        };
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread thread = new Thread(() -> {
            try {
                extract(endless, dirs("/d"));
            } catch (Throwable e) {
                thrown.set(e);
            }
        });
        thread.start();
        assertThat(reading.await(20, TimeUnit.SECONDS)).isTrue();
        thread.interrupt();
        thread.join(20_000);
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        assertThat(snapshot(root)).containsEntry("d/a", "old");
        assertThat(root.resolve(".crossbuild/staging")).doesNotExist();
    }

    /** Endless data. */
    private record Endless(CountDownLatch reading) implements FileContent {
        @Override
        public long sizeBytes() {
            return Long.MAX_VALUE;
        }

        @Override
        public int read(ByteBuffer target, long position) {
            reading.countDown();
            int bytes = Math.min(4096, target.remaining());
            target.put(new byte[bytes]);
            return bytes;
        }

        @Override
        public void close() {}
    }

    @Test
    void holesStayHoles() throws Exception {
        byte[] start = new byte[100_000];
        new Random(1).nextBytes(start);
        long size = 9L << 20;
        FileTree sparse = new Changed(new Guest().file("/d/a", start, 0644)) {
            @Override
            public FileContent open(FileNode file) throws IOException, CrossbuildException {
                return new Sparse(super.open(file), start.length, size);
            }
        };
        extract(sparse, dirs("/d"));
        Path file = root.resolve("d/a");
        assertThat(Files.size(file)).isEqualTo(size);
        byte[] all = Files.readAllBytes(file);
        assertThat(Arrays.copyOf(all, start.length)).isEqualTo(start);
        assertThat(all[all.length - 1]).isZero();
        assertThat(kilobytes(file)).isLessThan(1_000);
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "the space that a file takes is known there")
    void zerosThatTheGuestStoresTakeNoSpace() throws Exception {
        byte[] content = new byte[(4 << 20) + 5];
        Arrays.fill(content, 1 << 20, (1 << 20) + 4096, (byte) 'x');
        new Guest()
                .file("/d/a", content, 0644)
                .file("/d/zeros", new byte[3], 0644)
                .extract(dirs("/d"), root);
        assertThat(root.resolve("d/a")).hasBinaryContent(content);
        assertThat(root.resolve("d/zeros")).hasBinaryContent(new byte[3]);
        assertThat(kilobytes(root.resolve("d/a"))).isLessThan(100);
    }

    /** As many extents that overlap as a hostile disk likes. */
    @Test
    void filesThatShareBlocksCannotFillTheHostsDisk() throws Exception {
        byte[] content = new byte[1 << 20];
        new Random(1).nextBytes(content);
        Guest guest = new Guest();
        for (int i = 0; i < 5; i++) {
            guest.file("/d/" + i, content, 0644);
        }
        FileTree shared = new Changed(guest) {
            @Override
            public OptionalLong storedBytes() {
                return OptionalLong.of(2 << 20);
            }
        };
        assertThatThrownBy(() -> extract(shared, dirs("/d")))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageMatching("Malformed '/d/[0-4]': with it, the files have more than \\d+ bytes, but their disk"
                        + " stores only 2097152 \\(expected at most that many\\)");
        assertThat(snapshot(root)).isEmpty();
        // A file that becomes several is stored once.
        FileTree copied = new Changed(
                new Guest().file("/d/a", content, 0644).link("/d/b", "a").link("/d/c", "a")) {
            @Override
            public OptionalLong storedBytes() {
                return OptionalLong.of(1 << 20);
            }
        };
        ExtractionOptions follow = ExtractionOptions.DEFAULTS.withLinks(ExtractionOptions.Links.FOLLOW);
        new Extractor(copied, dirs("/d"), follow, BuildListener.NONE).extractTo(root);
        assertThat(root.resolve("d/c")).hasBinaryContent(content);
    }

    @Test
    void moreThanTheUserAllowsIsNotExtracted() throws Exception {
        ExtractionOptions options = ExtractionOptions.DEFAULTS;
        assertThatThrownBy(() -> limited(options.withMaxBytes(1000)))
                .isInstanceOf(CrossbuildException.class)
                .hasMessageMatching("Cannot extract '/d/[ab]': with it, the files have more than 1000 bytes"
                        + " \\(expected at most that many\\)")
                .satisfies(e -> assertThat(((CrossbuildException) e).advice())
                        .containsExactly(AdviceKey.EXTRACT_LESS.advice()));
        assertThatThrownBy(() -> limited(options.withMaxFiles(3)))
                .isInstanceOf(CrossbuildException.class)
                .hasMessage("Cannot extract '/d/zeros': it is one of more than 3 files (expected at most that many)");
        assertThat(snapshot(root)).isEmpty();
        limited(options.withMaxFiles(4).withMaxBytes(1200));
        assertThat(snapshot(root)).hasSize(4);
    }

    private ExtractionResult limited(ExtractionOptions options) throws Exception {
        return new Guest()
                .file("/d/a", "x".repeat(600))
                .file("/d/b", "x".repeat(600))
                .file("/d/zeros", new byte[1 << 20], 0644)
                .extract(dirs("/d"), options, root);
    }

    private static long kilobytes(Path file) throws IOException {
        Process du = new ProcessBuilder("du", "-k", file.toString()).start();
        String said = new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return Long.parseLong(said.split("\\s")[0]);
    }

    @Test
    void aHoleThatNoFileOfTheHostHoldsIsAnError() throws Exception {
        FileTree huge = new Changed(new Guest().file("/d/a", "a")) {
            @Override
            public FileContent open(FileNode file) throws IOException, CrossbuildException {
                return new Sparse(super.open(file), 1, Long.MAX_VALUE);
            }
        };
        assertThatThrownBy(() -> extract(huge, dirs("/d")))
                .isInstanceOf(HostRequirementException.class)
                .hasMessageStartingWith("Cannot extract '/d/a', which has 9223372036854775807 bytes: ");
        assertThat(snapshot(root)).isEmpty();
    }

    @Test
    void aHoleOfTerabytesTakesNoTime() throws Exception {
        byte[] start = new byte[100_000];
        new Random(1).nextBytes(start);
        long size = 4L << 40;
        Guest guest = new Guest().file("/d/a", start, 0644).file("/d/b", "b");
        FileTree sparse = new Changed(guest) {
            @Override
            public FileContent open(FileNode file) throws IOException, CrossbuildException {
                FileContent content = super.open(file);
                return content.sizeBytes() == start.length ? new Sparse(content, start.length, size) : content;
            }
        };
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            assertThat(extract(sparse, dirs("/d")).written()).isEqualTo(3);
            assertThat(extract(sparse, dirs("/d")).written()).isZero();
            assertThat(root.resolve("d/a")).hasSize(size);
            start[0]++;
            Guest other = new Guest().file("/d/a", start, 0644).file("/d/b", "b");
            FileTree changed = new Changed(other) {
                @Override
                public FileContent open(FileNode file) throws IOException, CrossbuildException {
                    FileContent content = super.open(file);
                    return content.sizeBytes() == start.length ? new Sparse(content, start.length, size) : content;
                }
            };
            assertThat(extract(changed, dirs("/d")).written()).isEqualTo(1);
            assertThat(extract(changed, files("/d/b")).removed()).isEqualTo(1);
            assertThat(root.resolve("d/a")).doesNotExist();
        });
    }

    private record Sparse(FileContent content, long dataEnd, long sizeBytes) implements FileContent {
        @Override
        public int read(ByteBuffer target, long position) throws IOException, CrossbuildException {
            return content.read(target, position);
        }

        @Override
        public Run runAt(long position) {
            return position < dataEnd ? new Run(false, dataEnd) : new Run(true, sizeBytes);
        }

        @Override
        public void close() throws IOException {
            content.close();
        }
    }

    /** Random trees of directories, files and links: never a write outside, and the second run changes nothing. */
    @Test
    void randomTreesStayInsideAndAreStable() throws Exception {
        Path canary = Files.writeString(temp.resolve("canary"), "alive");
        for (int seed = 0; seed < 12; seed++) {
            Path target = Files.createDirectory(root.resolve("r" + seed));
            BuildConfig config = dirs("/a", "b", "/c");
            randomGuest(seed).extract(config, target);
            Map<String, String> first = snapshot(target);
            randomGuest(seed).extract(config, target);
            assertThat(snapshot(target)).as("seed " + seed).isEqualTo(first);
            for (String path : first.keySet()) {
                Path file = target.resolve(path);
                if (Files.exists(file)) {
                    assertThat(file.toRealPath().startsWith(target))
                            .as(seed + " " + path)
                            .isTrue();
                }
            }
        }
        assertThat(canary).hasContent("alive");
        try (var all = Files.list(temp)) {
            assertThat(all).hasSize(2);
        }
    }

    private static Guest randomGuest(int seed) throws Exception {
        Random random = new Random(seed);
        Guest guest = new Guest();
        List<String> names = List.of("a", "b", "c", "x", "y");
        for (String start : List.of("/a", "/root/b", "/c")) {
            guest.dir(start, 0755);
        }
        for (int i = 0; i < 25; i++) {
            StringBuilder path = new StringBuilder(random.nextBoolean() ? "/root" : "");
            for (int depth = random.nextInt(3); depth >= 0; depth--) {
                path.append('/').append(names.get(random.nextInt(names.size())));
            }
            StringBuilder target = new StringBuilder(random.nextBoolean() ? "/" : "");
            for (int depth = random.nextInt(6); depth >= 0; depth--) {
                target.append(random.nextInt(2) == 0 ? "../" : names.get(random.nextInt(names.size())) + "/");
            }
            try {
                switch (random.nextInt(3)) {
                    case 0 -> guest.file(path + "/f" + i, "content " + i);
                    case 1 -> guest.link(path + "/l" + i, target + "x");
                    default -> guest.link(path.toString(), target.toString());
                }
            } catch (CrossbuildException e) {
                // The path leads nowhere in the tree made so far.
            }
        }
        guest.dir("/a/dir", 0755).dir("/root/b/dir", 0755).dir("/c/dir", 0755);
        return guest;
    }
}
