// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract;

import static io.crossbuild.extract.Guest.config;
import static io.crossbuild.extract.Guest.dirs;
import static io.crossbuild.extract.Guest.snapshot;
import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.config.BuildConfig;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.Warning;
import io.crossbuild.event.Warning.LinkedDirectoriesLeftOut.Linked;
import io.crossbuild.spec.ExtractionOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Links in directories that lead out of them. */
class LinkedFilesTest {
    private static final ExtractionOptions FEW = ExtractionOptions.DEFAULTS.withLinkedDirectoryBytes(10);

    @TempDir
    Path temp;

    private Path root;

    @BeforeEach
    void makeRoot() throws Exception {
        root = temp.toRealPath().resolve("root");
    }

    @Test
    void aFileToWhichALinkLeadsIsTakenWithTheLinksOnTheWay() throws Exception {
        Guest guest = new Guest()
                .file("/opt/tool-1.2/tool", "tool")
                .link("/opt/tool", "tool-1.2")
                .link("/app/bin/tool", "/opt/tool/tool");
        guest.extract(dirs("/app"), FEW, root);
        assertThat(snapshot(root))
                .containsEntry("app/bin/tool", "-> ../../opt/tool-1.2/tool")
                .containsEntry("opt/tool", "-> tool-1.2")
                .containsEntry("opt/tool-1.2/tool", "tool");
        assertThat(root.resolve("app/bin/tool")).hasContent("tool");
        assertThat(guest.events(BuildEvent.LinkTargetsAdded.class))
                .containsExactly(new BuildEvent.LinkTargetsAdded(List.of("/opt/tool-1.2/tool"), 2, 4));
        assertThat(guest.warnings()).isEmpty();
    }

    @Test
    void aDirectoryIsTakenUpToTheLimitWithWhatItsOwnLinksLeadTo() throws Exception {
        Guest guest = new Guest()
                .link("/app/data", "/srv/data")
                .file("/srv/data/a", "12345")
                .link("/srv/data/b", "../more")
                .file("/srv/more/c", "1234567890")
                .link("/srv/more/d", "/srv/large")
                .file("/srv/large/e", "12345678901");
        guest.extract(dirs("/app"), FEW, root);
        assertThat(snapshot(root))
                .containsEntry("srv/data/a", "12345")
                .containsEntry("srv/more/c", "1234567890")
                .containsEntry("srv/more/d", "-> ../large")
                .doesNotContainKey("srv/large");
        assertThat(guest.warning(Warning.LinkedDirectoriesLeftOut.class))
                .isEqualTo(new Warning.LinkedDirectoriesLeftOut(
                        10, List.of(new Linked("/srv/more/d", "/srv/large", 11, true, "/srv/large"))));
        assertThat(guest.events(BuildEvent.LinksToNothing.class)).isEmpty();
    }

    @Test
    void theEntryToAddIsRelativeWhereTheDirectoryIs() throws Exception {
        Guest guest = withLarge();
        guest.extract(dirs("app"), FEW, root);
        List<Linked> left =
                guest.warning(Warning.LinkedDirectoriesLeftOut.class).directories();
        assertThat(left).extracting(Linked::entry).containsExactlyInAnyOrder("large", "/srv/large");
        Guest again = withLarge();
        again.extract(dirs("app", "large", "/srv/large"), FEW, root);
        assertThat(again.warnings()).isEmpty();
        assertThat(root.resolve("app/one/x")).hasContent("12345678901");
        assertThat(root.resolve("app/two/x")).hasContent("12345678901");
    }

    private static Guest withLarge() throws Exception {
        return new Guest()
                .link("/root/app/one", "../large")
                .link("/root/app/two", "/srv/large")
                .link("/root/app/again", "/srv/large/.")
                .file("/root/large/x", "12345678901")
                .file("/srv/large/x", "12345678901");
    }

    @Test
    void zeroTakesFilesButNoDirectory() throws Exception {
        Guest guest = new Guest()
                .link("/app/d", "/srv/d")
                .file("/srv/d/x", "x")
                .link("/app/f", "/srv/f")
                .file("/srv/f", "f");
        guest.extract(dirs("/app"), ExtractionOptions.DEFAULTS.withLinkedDirectoryBytes(0), root);
        assertThat(snapshot(root)).containsKey("srv/f").doesNotContainKey("srv/d");
        assertThat(guest.warning(Warning.LinkedDirectoriesLeftOut.class).directories())
                .hasSize(1);
    }

    @Test
    void linksToNothingAndToTheKernelsFilesAreNotWorthAWord() throws Exception {
        Guest guest = new Guest()
                .file("/app/x", "x")
                .file("/run/app.pid", "1")
                .dir("/proc", 0555)
                .dir("/dev", 0755)
                .dir("/tmp", 01777)
                .link("/app/dead", "/no/such/file")
                .link("/app/self", "self")
                .link("/app/proc", "/proc")
                .link("/app/fd", "/proc/self/fd")
                .link("/app/dev", "/dev")
                .link("/app/pid", "/run/app.pid")
                .link("/app/tmp", "/tmp")
                .link("/app/all", "/");
        guest.extract(dirs("/app"), root);
        assertThat(snapshot(root).keySet()).allMatch(p -> p.startsWith("app"));
        assertThat(guest.events).noneMatch(e -> e instanceof Warning || e instanceof BuildEvent.LinksToNothing);
    }

    @Test
    void whatABuildLeftInTheTemporaryDirectoryIsTaken() throws Exception {
        Guest guest = new Guest().link("/app/lib.so", "/tmp/build/lib.so").file("/tmp/build/lib.so", "lib");
        guest.extract(dirs("/app"), root);
        assertThat(root.resolve("app/lib.so")).hasContent("lib");
    }

    @Test
    void directoriesOfTheSystemAndThoseAboveALinkAreNotTaken() throws Exception {
        Guest guest = new Guest()
                .file("/usr/lib/x/y", "y")
                .link("/srv/p/app/lib", "/usr/lib")
                .file("/srv/p/other", "o")
                .link("/srv/p/app/up", "..")
                .link("/srv/p/app/here", ".");
        guest.extract(dirs("/srv/p/app"), root);
        assertThat(snapshot(root)).doesNotContainKeys("usr", "srv/p/other");
        assertThat(guest.warning(Warning.LinkedDirectoriesLeftOut.class).directories())
                .extracting(Linked::target)
                .containsExactlyInAnyOrder("/usr/lib", "/srv/p");
    }

    @Test
    void linksInACircleEnd() throws Exception {
        Guest guest = new Guest()
                .link("/app/a", "/srv/a")
                .link("/srv/a/b", "/srv/b")
                .link("/srv/b/a", "/srv/a")
                .link("/srv/b/app", "/app")
                .file("/srv/b/x", "x");
        guest.extract(dirs("/app"), root);
        assertThat(root.resolve("app/a/b/app/a/b/x")).hasContent("x");
        assertThat(guest.warnings()).isEmpty();
    }

    @Test
    void linksInAMovedHomeStayRight() throws Exception {
        Guest guest = new Guest()
                .link("/root/app/lib", "/root/lib")
                .file("/root/lib/x", "x")
                .link("/root/lib/out", "../../srv/f")
                .file("/srv/f", "f")
                .link("/root/app/conf", "../../etc/app.conf")
                .file("/etc/app.conf", "conf");
        guest.extract(dirs("app"), root);
        assertThat(snapshot(root))
                .containsOnlyKeys(
                        "app", "app/lib", "app/conf", "lib", "lib/x", "lib/out", "srv", "srv/f", "etc", "etc/app.conf");
        assertThat(root.resolve("app/lib/out")).hasContent("f");
        assertThat(root.resolve("app/conf")).hasContent("conf");
    }

    @Test
    void whatOnlyALinkLeadsToGivesWayToAnyOtherFile() throws Exception {
        Guest guest = new Guest()
                .link("/root/p/l", "../etc/conf")
                .file("/root/etc/conf", "linked")
                .file("/etc/conf", "wanted");
        guest.extract(config(null, List.of("/etc/conf"), List.of("p")), root);
        assertThat(root.resolve("etc/conf")).hasContent("wanted");
    }

    @Test
    void matchingLinksOfMapDirsCountToo() throws Exception {
        Guest guest = new Guest()
                .link("/root/src/l.js", "/srv/l.js")
                .link("/root/src/l.c", "/srv/l.c")
                .file("/srv/l.js", "js")
                .file("/srv/l.c", "c");
        guest.extract(
                new BuildConfig(null, List.of(), List.of(), List.of(), Map.of("src/*.js", "/app"), Map.of()), root);
        assertThat(snapshot(root)).containsKey("srv/l.js").doesNotContainKey("srv/l.c");
    }

    @Test
    void withoutLinksTheLimitIsForAllCopies() throws Exception {
        Guest guest = new Guest()
                .file("/app/x", "x")
                .link("/app/a", "/srv/a")
                .link("/app/b", "/srv/b")
                .link("/app/in", "sub")
                .file("/app/sub/large", "123456789012345")
                .link("/app/all", "/")
                .file("/srv/a/x", "123456")
                .file("/srv/b/x", "123456");
        guest.extract(dirs("/app"), FEW.withLinks(ExtractionOptions.Links.FOLLOW), root);
        assertThat(snapshot(root)).containsKeys("app/a/x", "app/in/large").doesNotContainKeys("app/b", "app/all");
        assertThat(guest.warning(Warning.LinkedDirectoriesLeftOut.class).directories())
                .extracting(Linked::target)
                .containsExactly("/srv/b");
    }

    @Test
    void programsToWhichLinksLeadComeWithTheirLibraries() throws Exception {
        Guest guest = Guest.withProgram()
                .file("/opt/x/addon.node", TinyElf.library(null, "libz.so.1"), 0755)
                .link("/root/app/addon.node", "/opt/x/addon.node");
        guest.extract(dirs("app"), root);
        assertThat(snapshot(root)).containsKeys("opt/x/addon.node", "usr/lib64/libz.so.1.3");
    }

    @Test
    void aDirectoryWithCountlessEntriesIsLeftOutInTime() throws Exception {
        Guest guest = new Guest().link("/app/many", "/srv/many");
        for (int i = 0; i < 60_000; i++) {
            guest.file("/srv/many/" + i, "");
        }
        long start = System.nanoTime();
        guest.extract(dirs("/app"), root);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
        assertThat(guest.warning(Warning.LinkedDirectoriesLeftOut.class).directories())
                .singleElement()
                .satisfies(e -> assertThat(e.complete()).isFalse());
        assertThat(Files.exists(root.resolve("srv"))).isFalse();
    }
}
