// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.ConfigException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildFileTest {
    private static final CacheScope OF_PROJECT = new CacheScope(CacheScope.Kind.PROJECT, "com.example:demo");

    @TempDir
    Path dir;

    private BuildFile read(String text) throws IOException, ConfigException {
        return BuildFile.read(Files.writeString(dir.resolve("build.txt"), text));
    }

    private List<String> problems(String text) throws IOException {
        Path file = Files.writeString(dir.resolve("build.txt"), text);
        return catchThrowableOfType(ConfigException.class, () -> BuildFile.read(file))
                .problems();
    }

    @Test
    void aVariableOrAFileOfALineHasOneSecret() throws Exception {
        assertThat(problems("#@ secret A\n#@ secret B env=A target=/b\n#@ secret C target=/b\ntrue\n"))
                .containsExactly(
                        "line 2: directive 'secret': 'A' already has a secret for this step (expected only one)",
                        "line 3: directive 'secret': '/b' already has a secret for this step (expected only one)");
        BuildFile file = read("#@ secret A\n#@ secret A env=B\ntrue\n#@ secret B env=A\nfalse\n");
        assertThat(file.steps().get(0).secrets())
                .extracting(Directive.Secret::line)
                .containsExactly(1, 2);
        assertThat(file.steps().get(1).secrets())
                .containsExactly(new Directive.Secret(4, "B", Optional.of("A"), Optional.empty()));
    }

    @Test
    void everyLineIsAStepAndBlankLinesAndCommentsAreNone() throws Exception {
        BuildFile file =
                read("# tools\napt-get install -y nodejs make gcc g++\n\n  \t\n  # addon\nnpm install redis\n");
        assertThat(file.steps())
                .containsExactly(
                        new Step(2, 2, "apt-get install -y nodejs make gcc g++", List.of()),
                        new Step(6, 6, "npm install redis", List.of()));
    }

    @Test
    void stepsOfSeveralLinesKeepTheirLineNumbersAndText() throws Exception {
        BuildFile file = read("a \\\n  b\ncat <<EOF\n\n# x\nEOF\nif c\nthen d\nfi\ne");
        assertThat(file.steps())
                .containsExactly(
                        new Step(1, 2, "a \\\n  b", List.of()),
                        new Step(3, 6, "cat <<EOF\n\n# x\nEOF", List.of()),
                        new Step(7, 9, "if c\nthen d\nfi", List.of()),
                        new Step(10, 10, "e", List.of()));
    }

    @Test
    void carriageReturnsAndAByteOrderMarkAreDropped() throws Exception {
        BuildFile file = read("\uFEFFa \\\r\n b\r\n\r\ncat <<E\r\nx\r\nE\r\n");
        assertThat(file.steps())
                .containsExactly(new Step(1, 2, "a \\\n b", List.of()), new Step(4, 6, "cat <<E\nx\nE", List.of()));
    }

    @Test
    void completeSamplesAreOneStepEach() throws Exception {
        for (String sample : ShellSamples.COMPLETE) {
            BuildFile file = read(sample + "\nlast one\n");
            if (sample.equals("echo a \\")) {
                assertThat(file.steps()).as(sample).hasSize(1);
                continue;
            }
            assertThat(file.steps()).as(sample).hasSize(2);
            assertThat(file.steps().get(0).text()).isEqualTo(sample);
            assertThat(file.steps().get(1).text()).isEqualTo("last one");
        }
    }

    @Test
    void incompleteSamplesAreErrors() throws Exception {
        for (String sample : ShellSamples.INCOMPLETE) {
            assertThatThrownBy(() -> read(sample))
                    .as(sample)
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("never closed");
        }
    }

    @Test
    void generatedNestsAreOneStepEach() throws Exception {
        Random random = new Random(11);
        for (int i = 0; i < 300; i++) {
            String nest = "{ " + ShellSamples.nest(random, 1 + random.nextInt(5)) + "\n}";
            List<Step> steps = new StepReader(dir, nest + "\nlast one").read();
            assertThat(steps).as(nest).hasSize(2);
            assertThat(steps.get(0).text()).isEqualTo(nest);
        }
    }

    @Test
    void whatTheShellRefusesEndsWithItsLine() throws Exception {
        assertThat(read("fi\necho )\n;;\nif a; then ) ; fi\n&& b\nb\n").steps())
                .extracting(Step::line)
                .containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void anUnclosedConstructNamesItsFirstLineAndWhatClosesIt() throws Exception {
        assertThat(problems("a\nif b\nthen\n  c\n")).containsExactly("line 2: 'if' is never closed (expected 'fi')");
        assertThat(problems("a\n\nb; cat <<END\nx\n"))
                .containsExactly(
                        "line 3: here-document 'END' is never closed (expected a line 'END' and nothing else)");
        assertThat(problems("a\necho b\nif c; then\necho 'd\nfi\n"))
                .containsExactly("line 4: quote ' is never closed (expected another ')");
        assertThatThrownBy(() -> read("f() {"))
                .hasMessage(
                        "Cannot use '" + dir.resolve("build.txt") + "': line 1: '{' is never closed (expected '}')");
    }

    @Test
    void bytesThatAreNotUtf8NameTheirLine() throws Exception {
        byte[] text = "echo ä\necho b\necho x\n".getBytes(StandardCharsets.UTF_8);
        text[text.length - 2] = (byte) 0xE4;
        Path file = Files.write(dir.resolve("build.txt"), text);
        assertThatThrownBy(() -> BuildFile.read(file)).hasMessageContaining("line 3: byte 0xE4 is not UTF-8");
        assertThat(problems("a\nb\0\n").get(0)).startsWith("line 2: a zero byte");
    }

    @Test
    void aMissingFileSaysWhereItWasLookedForAndHowToWriteOne() throws Exception {
        Path missing = dir.resolve("x").resolve("..").resolve("none.txt");
        ConfigException e = catchThrowableOfType(ConfigException.class, () -> BuildFile.read(missing));
        assertThat(e).hasMessage("Cannot use '" + dir.resolve("none.txt") + "': there is no such file");
        assertThat(e.advice()).containsExactly(AdviceKey.WRITE_COMMANDS.advice());
        assertThat(problems("# nothing\n\n").get(0)).startsWith("there is no command in it");
        assertThatThrownBy(() -> BuildFile.read(dir)).hasMessageContaining("not a regular file");
    }

    @Test
    void directivesAreReadAndNotIgnored() throws Exception {
        assertThat(DirectiveReader.read(3, " copy a  /b ")).isEqualTo(new Directive.Copy(3, "a", "/b"));
        assertThat(DirectiveReader.read(3, "copy 'a b'\\''c' \"/d \\\"e\"\\ f"))
                .isEqualTo(new Directive.Copy(3, "a b'c", "/d \"e f"));
        assertThat(DirectiveReader.read(3, "cache /c")).isEqualTo(new Directive.Cache(3, Optional.empty(), "/c"));
        assertThat(DirectiveReader.read(3, "cache ~/.npm/"))
                .isEqualTo(new Directive.Cache(3, Optional.empty(), "/root/.npm"));
        assertThat(DirectiveReader.read(3, " always")).isEqualTo(new Directive.Always(3));
        assertThat(problems("#@ cpoy a b\n#@ cache\n#@ cache a\n#@ copy 'a b\n#@\necho <<E\n#@ no directive here\nE\n"))
                .containsExactly(
                        "line 1: unknown directive 'cpoy' (expected one of always, cache, copy, network, secret, trace);"
                                + " did you mean 'copy'?",
                        "line 2: directive 'cache' has 0 arguments (expected 1)",
                        "line 3: directive 'cache': 'a' cannot be a cache (expected a directory such as"
                                + " /var/cache/apt/archives or ~/.npm)",
                        "line 4: quote ' is never closed (expected another ')",
                        "line 5: a directive without a name (expected one of always, cache, copy, network, secret, trace)");
    }

    @Test
    void hostileNestingEndsInAnErrorAtOnce() throws Exception {
        for (String piece :
                List.of("(", "((", "$(", "$((", "{ ", "if ", "${", "`$(", "\"$(", "(($(", "a=(", "((a $((b $( ")) {
            String text = "echo; " + piece.repeat(20_000);
            assertThatThrownBy(() -> read(text), piece).isInstanceOf(ConfigException.class);
        }
        for (String piece : List.of("! ", "time ", "[[ (", "`$(", "a[", "a|", "<<E ", "a;", "\\\n")) {
            try {
                assertThat(new StepReader(dir, "echo; " + piece.repeat(20_000) + "x\n").read())
                        .isNotEmpty();
            } catch (ConfigException e) {
                assertThat(e.problems()).hasSize(1);
            }
        }
        assertThat(read("(($(".repeat(90) + "a" + ");b);c)".repeat(90)).steps()).hasSize(1);
    }

    @Test
    void randomTextNeverBreaksTheReader() throws Exception {
        Random random = new Random(5);
        String alphabet = "ab \n\t;&|(){}<>'\"`$\\#!=[]-*?\n";
        List<String> words = List.of(
                "if ", "fi", "then ", "do ", "done", "case x in ", "esac", "<<E\n", "E\n", "$((", "((", "[[ ", " ]]");
        for (int i = 0; i < 5_000; i++) {
            StringBuilder text = new StringBuilder("a");
            for (int j = random.nextInt(60); j > 0; j--) {
                text.append(
                        random.nextInt(3) == 0
                                ? words.get(random.nextInt(words.size()))
                                : alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                List<Step> steps = new StepReader(dir, text.toString()).read();
                int line = 0;
                for (Step step : steps) {
                    assertThat(step.line()).isGreaterThan(line);
                    line = step.endLine();
                }
            } catch (ConfigException e) {
                assertThat(e.problems()).isNotEmpty();
            }
        }
    }

    @Test
    void aCacheIsADirectoryOfItsOwn() throws Exception {
        for (String directory : List.of("/", "~/", "/root", "/proc/x", "/dev", "/a/../b", "/a/./b", "/a//b", "..")) {
            assertThat(problems("#@ cache " + directory + "\ntrue\n"))
                    .as(directory)
                    .hasSize(1);
        }
        for (String directory : List.of("/a", "/root/.npm", "/var/cache/apt/archives", "/develop", "/a/..b")) {
            assertThat(read("#@ cache " + directory + "\ntrue\n").steps().get(0).caches(OF_PROJECT))
                    .containsExactly(new CacheName(OF_PROJECT, directory));
        }
    }

    @Test
    void aCacheIsOfTheProjectUnlessItHasAnId() throws Exception {
        String longest = "9" + "x".repeat(63);
        for (String id : List.of("debs", "A.b_c-1", longest)) {
            assertThat(DirectiveReader.read(3, "cache id=" + id + " ~/.npm/"))
                    .isEqualTo(new Directive.Cache(3, Optional.of(id), "/root/.npm"));
        }
        assertThat(DirectiveReader.read(3, "cache 'id=debs' \"/a b\""))
                .isEqualTo(new Directive.Cache(3, Optional.of("debs"), "/a b"));
        assertThat(read("#@ cache id=debs /a\n#@ cache /id=debs\ntrue\n")
                        .steps()
                        .get(0)
                        .caches(OF_PROJECT))
                .containsExactly(
                        new CacheName(new CacheScope(CacheScope.Kind.ID, "debs"), "/a"),
                        new CacheName(OF_PROJECT, "/id=debs"));
    }

    @Test
    void anIdThatCannotBeOneIsAnError() throws Exception {
        for (String id : List.of("", ".x", "-x", "_", "a/b", "a:b", "ä", "x".repeat(65))) {
            assertThat(problems("#@ cache id=" + id + " /a\ntrue\n").get(0))
                    .as(id)
                    .startsWith("line 1: directive 'cache': '" + id + "' cannot be an id (expected 1 to 64 letters,");
        }
        assertThat(problems("""
                        #@ cache id=a
                        #@ cache ID=a /a
                        #@ cache /a id=a
                        #@ cache id=a id=b
                        #@ cache id=a /a /b
                        true
                        """))
                .containsExactly(
                        "line 1: directive 'cache' has 0 arguments after 'id=a' (expected 1)",
                        "line 2: directive 'cache': unknown option 'ID=a' (expected id=NAME or a directory)",
                        "line 3: directive 'cache' has 2 arguments (expected 1)",
                        "line 4: directive 'cache': 'id=b' cannot be a cache (expected a directory such as"
                                + " /var/cache/apt/archives or ~/.npm)",
                        "line 5: directive 'cache' has 2 arguments after 'id=a' (expected 1)");
    }
}
