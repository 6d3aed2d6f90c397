// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import static io.crossbuild.it.MavenRun.DEADLINE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lines with secrets: they see them, and nothing that the build leaves has them. */
@VirtualMachineTest
class SecretIT {
    /** Not in this file as it is, as the tests look for it everywhere. */
    private final String token = "tok-" + System.nanoTime() + "/x'y\"z";

    private final String part = token.substring(4, 16);

    private static final String SERVER = "s3rv3r-s3cr3t-w0rd";

    private Project project(String name) throws IOException {
        return Project.minimal(name).write("config.json", "{ \"Files\": [\"seen\"] }\n");
    }

    private MavenRun maven(Project project) {
        return project.maven("-s", "settings.xml", "-Dsettings.security=security.xml", "crossbuild:build")
                .variable("IT_TOKEN", token);
    }

    /** With an encrypted password, as "mvn --encrypt-password" prints it. */
    private static Project withServer(Project project) throws IOException {
        return project.write(
                        "security.xml",
                        "<settingsSecurity><master>"
                                + "{KagyeWb7u4AH6WjbJwoJf2bFQM9/vEzSk3+7R2EFf1UFFasMj9+LuGpm20v3IkDm}"
                                + "</master></settingsSecurity>")
                .write(
                        "settings.xml",
                        "<settings><servers><server><id>it-server</id><username>me</username><password>"
                                + "{qGk+5kh9qWAHR9nLBe2b4Z8TGO1D+cugd653K5T2mj7WpWVX3k1wCXhk2478iyUS}"
                                + "</password></server></servers></settings>");
    }

    private void assertNothingHasThem(Project project, MavenOutcome outcome) throws IOException {
        Files.deleteIfExists(project.directory().resolve("settings.xml"));
        for (String text : List.of(part, SERVER)) {
            assertThat(FilesWith.text(text, project.directory(), outcome.home(), outcome.temporary()))
                    .isEmpty();
            outcome.doesNotMention(text);
        }
        String encoded = Base64.getEncoder().encodeToString(token.getBytes(StandardCharsets.UTF_8));
        outcome.doesNotMention(encoded.substring(8, 24));
    }

    @Test
    void aLineSeesItsSecretsAndNothingElseDoes() throws Exception {
        Project project = withServer(project("secret"));
        project.write(
                "build.txt",
                "echo " + System.nanoTime() + "; mkdir -p kept/deep\n"
                        + "#@ secret IT_TOKEN\n"
                        + "#@ secret it-server target=/run/secrets/deep/server\n"
                        + "#@ secret IT_TOKEN env=OTHER target=~/.netrc\n"
                        + "set -eux; echo \"$IT_TOKEN\" $OTHER; cat /run/secrets/deep/server; echo;"
                        + " printf %s \"${IT_TOKEN:0:9}\"; sleep 0.3; echo \"${IT_TOKEN:9}\";"
                        + " printf 'me:%s' \"$IT_TOKEN\" | base64 -w0; echo;"
                        + " echo \"$IT_TOKEN\" >&2; echo \"$IT_TOKEN\" > /dev/console; echo \"$IT_TOKEN\" > /dev/kmsg;"
                        + " cp /run/secrets/deep/server /dev/shm/x;"
                        + " [ \"$(cat ~/.netrc)\" = \"$IT_TOKEN\" ]; stat -c '%a %s' ~/.netrc > lengths;"
                        + " printf %s \"$IT_TOKEN\" | wc -c >> lengths; cat ~/.netrc /run/secrets/deep/server | wc -c >> lengths;"
                        + " { sleep 100 & } < ~/.netrc\n"
                        + "{ env; set; ls -la / ~ /run /run/secrets ~/.netrc /dev/shm kept; cat lengths;"
                        + " cat /proc/*/environ | tr '\\0' '\\n'; } > seen 2>&1; true\n");
        MavenOutcome outcome = maven(project).run(DEADLINE).succeeded().leftNothingBehind();
        assertThat(outcome.output().split("\\*\\*\\*", -1).length).isGreaterThan(8);
        String seen = Files.readString(project.targetRoot().resolve("seen"));
        int length = token.length();
        assertThat(seen)
                .contains("400 " + length + "\n" + length + "\n" + (length + SERVER.length()) + "\n")
                .contains("cannot access '/run/secrets'", "cannot access '/root/.netrc'")
                .doesNotContain("IT_TOKEN", "OTHER=");
        assertNothingHasThem(project, outcome);

        MavenOutcome again = project.maven("crossbuild:build").run(DEADLINE).succeeded();
        again.mentions("3 steps, 0 run, 3 from the store");
        again.doesNotMention("Cannot use");
    }

    @Test
    void aSecretThatALineWouldLeaveBehindFailsIt() throws Exception {
        Project project = withServer(project("secret-left"));
        String begin = "echo " + System.nanoTime() + "\n#@ secret IT_TOKEN\n";
        project.write("build.txt", begin + "export AUTH=\"Bearer $IT_TOKEN\"\ntouch seen\n");
        MavenOutcome exported = maven(project).run(DEADLINE).failed();
        exported.mentions("left secret 'IT_TOKEN' in an exported variable or the working directory");
        project.write("build.txt", begin + "echo \"$IT_TOKEN\" > a; sync; rm a; sync; touch seen\n");
        MavenOutcome written = maven(project).run(DEADLINE).failed();
        written.mentions("wrote secret 'IT_TOKEN' to the disk (expected it only in memory)", "/dev/shm");
        withServer(project);
        assertNothingHasThem(project, written);
        assertNothingHasThem(project, exported);
    }

    @Test
    void aSecretWithoutAValueIsAnErrorBeforeAnyMachineStarts() throws Exception {
        Project project = project("secret-missing");
        project.write("build.txt", "true\n#@ secret it-missing target=/run/secrets/x\ntouch seen\n");
        MavenOutcome outcome =
                project.maven("crossbuild:build").emptyHome().run(DEADLINE).failed();
        outcome.mentions(
                "line 2: secret 'it-missing' has no value (expected one)",
                "crossbuild.secret.it-missing",
                "a <server> with the id it-missing in settings.xml");
        outcome.startedNoMachine();
        assertThat(outcome.home().resolve("environments")).isEmptyDirectory();
    }
}
