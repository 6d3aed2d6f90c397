// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import static io.crossbuild.it.MavenRun.DEADLINE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One build with lines of every form and files of every kind, from a build.txt and a config.json as an editor on
 * Windows writes them. Only Linux can store all these files.
 */
@VirtualMachineTest
@EnabledOnOs(OS.LINUX)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UnusualBuildIT {
    private static final String CLOCK = "date +%s > said/clock\n";
    /** A script whose interpreter is a link beside it. */
    private static final String PROGRAM = """
            mkdir -p app/bin; ln -s /usr/bin/dash app/bin/sh
            printf '%s\\n' '#!/root/app/bin/sh' 'echo "this is $0"' > app/bin/start; chmod 755 app/bin/start
            /root/app/bin/start > said/program
            """;
    /** Names, modes, sizes, times, and links. */
    private static final String FILES = """
            mkdir -p odd/deep; ln -s odd way; cd odd
            echo 1 > "$(printf 'new\\nline')"; echo 2 > "a'b\\"c\\\\d*?|"; echo 3 > ' blanks '; echo 4 > --; echo 5 > -n
            echo 6 > "$(printf '%0255d' 0)"; echo 7 > ünï; echo 8 > "$(printf 'caf\\351')"
            mkdir "$(printf 'd\\351p\\364t')"; echo 9 > "$(printf 'd\\351p\\364t/no\\353l')"
            echo 10 > mode000; chmod 000 mode000; echo 11 > mode222; chmod 222 mode222
            mkdir closed; echo 12 > closed/in; chmod 600 closed; mkdir fixed; echo 13 > fixed/in; chmod 555 fixed
            cp /bin/true setuid; chmod 4755 setuid
            truncate -s 5G sparse; printf end | dd of=sparse bs=1 seek=$((5 * 1024 ** 3 - 3)) conv=notrunc status=none
            echo 14 > hard1; ln hard1 hard2; ln hard1 deep/hard3
            ln -s deep link1; ln -s link1 link2; ln -s ../odd/link2/hard3 chain; ln -s /root/odd/deep absolute
            ln -s self self; ln -s nothing nowhere; ln -s /no/such/file dangling
            mkfifo fifo; mknod null c 1 3
            perl -MIO::Socket::UNIX -e 'IO::Socket::UNIX->new(Local => "socket", Listen => 1)'
            touch -d '1969-12-31 00:00:00 UTC' old; touch -d '2040-01-01 12:00:00.123456789 UTC' new
            cd
            """;
    /**
     * What there is in odd, with a zero byte after each entry. Extraction changes absolute links and the mode of setuid;
     * sparse is too large to be read.
     */
    private static final String LISTING = "cd odd && { find ."
            + " '(' -type f ! -name setuid -printf '%m %n %s %T@ %p\\0' ')' -o '(' -type d -printf '%m %p\\0' ')'"
            + " -o '(' -type l ! -name absolute ! -name dangling -printf '%p -> %l\\0' ')';"
            + " find . -type f ! -name sparse -print0 | xargs -0 sha256sum -z; } | LC_ALL=C sort -z";

    private Project project;
    private MavenOutcome outcome;
    private Instant begin;
    private Instant end;

    @BeforeAll
    void build() throws Exception {
        String forms = LineForm.all().stream().map(LineForm::lines).collect(Collectors.joining());
        String lines = "# made on Windows\n\nmkdir said\n" + forms + CLOCK + PROGRAM + FILES + "( " + LISTING
                + " ) > said/listing";
        project = Project.minimal("UnusualBuildIT")
                .write("build.txt", windows(lines))
                .write("config.json", windows("""
                        {
                          "Dirs": ["said", "/root/app", "way"],
                          "Program": "/root/app/bin/start"
                        }"""));
        begin = Instant.now();
        // The clock is of this run, even if the store has the lines from an earlier one.
        outcome = project.maven("crossbuild:build", "-Dcrossbuild.noCache", "-Dcrossbuild.stepTimeout=5m")
                .run(DEADLINE)
                .succeeded()
                .leftNothingBehind();
        end = Instant.now();
    }

    private static String windows(String text) {
        return "\uFEFF" + text.replace("\n", "\r\n");
    }

    /** Otherwise only root could delete the files. */
    @AfterAll
    void makeFilesDeletable() throws Exception {
        Process chmod = new ProcessBuilder("chmod", "-R", "u+rwX", root().toString()).start();
        assertThat(chmod.waitFor()).isZero();
    }

    private Path root() {
        return project.targetRoot();
    }

    private Path odd(String file) {
        return root().resolve("odd").resolve(file);
    }

    private Path said(String file) {
        return root().resolve("said").resolve(file);
    }

    @ParameterizedTest
    @MethodSource("io.crossbuild.it.LineForm#all")
    void linesOfEveryFormDoWhatBashDoes(LineForm form) throws Exception {
        assertThat(Files.readString(said(form.name()))).isEqualTo(form.said());
    }

    @Test
    void nothingElseIsWritten() throws Exception {
        List<String> names = Stream.concat(
                        LineForm.all().stream().map(LineForm::name), Stream.of("clock", "program", "listing"))
                .toList();
        try (Stream<Path> files = Files.list(said(""))) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrderElementsOf(names);
        }
    }

    @Test
    void theGuestsClockIsThatOfTheHost() throws Exception {
        Instant told = Instant.ofEpochSecond(
                Long.parseLong(Files.readString(said("clock")).strip()));
        assertThat(told).isBetween(begin.minusSeconds(2), end.plusSeconds(2));
        assertThat(Files.getLastModifiedTime(said("clock")).toInstant())
                .isBetween(told.minusSeconds(2), told.plusSeconds(2));
    }

    @Test
    void aProgramAtAnAbsolutePathRunsThereAlthoughRelativePathsMove() throws Exception {
        String answer = Files.readString(said("program"));
        assertThat(InTargetRoot.run(root(), "/root/app/bin/start")).isEqualTo(answer);
        assertThat(answer).isEqualTo("this is /root/app/bin/start\n");
        assertThat(root().resolve("app")).doesNotExist();
        assertThat(root().resolve("root/odd")).doesNotExist();
    }

    @Test
    void everyFileIsWhatTheGuestSaysItIs() throws Exception {
        List<String> told = entries(Files.readAllBytes(said("listing")));
        assertThat(entries(InTargetRoot.script(root(), LISTING))).isEqualTo(told);
        assertThat(told).hasSizeGreaterThan(40).anyMatch(entry -> entry.endsWith("./d\u00e9p\u00f4t/no\u00ebl"));
    }

    /** Bytes become characters, since some names are not UTF-8. */
    private static List<String> entries(byte[] listing) {
        return List.of(new String(listing, StandardCharsets.ISO_8859_1).split("\0"));
    }

    @Test
    void linksLeadWhereTheyLeadInTheGuest() throws Exception {
        for (String name : List.of("chain", "absolute/hard3", "link2/hard3", "../way/hard1")) {
            assertThat(odd(name)).as(name).hasContent("14");
        }
        assertThat(Files.isSameFile(odd("hard1"), odd("deep/hard3"))).isTrue();
        assertThat(Files.readSymbolicLink(odd("absolute"))).hasToString("deep");
        assertThat(Files.readSymbolicLink(odd("dangling"))).hasToString("../no/such/file");
    }

    @Test
    void aHoleTakesNoRoom() throws Exception {
        try (RandomAccessFile file = new RandomAccessFile(odd("sparse").toFile(), "r")) {
            byte[] last = new byte[3];
            file.seek(file.length() - last.length);
            file.readFully(last);
            assertThat(last).asString(StandardCharsets.US_ASCII).isEqualTo("end");
        }
        String kilobytes = new String(InTargetRoot.script(root(), "du -k odd/sparse"), StandardCharsets.US_ASCII);
        assertThat(Integer.parseInt(kilobytes.split("\\s")[0])).isLessThan(1024);
    }

    @Test
    void whatIsLostIsReported() throws IOException {
        for (String name : List.of("fifo", "null", "socket")) {
            assertThat(Files.exists(odd(name), LinkOption.NOFOLLOW_LINKS)).isFalse();
        }
        assertThat(Files.getAttribute(odd("setuid"), "unix:mode")).isEqualTo(0100755);
        outcome.says("   '/root/odd/fifo', '/root/odd/null', '/root/odd/socket' cannot be extracted"
                        + " (devices, pipes, sockets, dangling links)")
                .mentions("Without the set-user-ID or set-group-ID bit, as owners are not kept: 'odd/setuid'");
    }

    @Test
    void nothingIsExtractedASecondTime() throws Exception {
        project.maven("crossbuild:build")
                .run(DEADLINE)
                .succeeded()
                .startedNoMachine()
                .mentions(" is up to date");
    }
}
