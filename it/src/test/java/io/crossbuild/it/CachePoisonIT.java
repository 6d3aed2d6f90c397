// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import static io.crossbuild.it.MavenRun.DEADLINE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a project leaves for apt in a cache that it shares with another project. */
@VirtualMachineTest
class CachePoisonIT {
    private static final String ARCHIVES = "/var/cache/apt/archives";
    private static final String WARNING =
            "[WARNING] Removed packages from a cache of apt that do not match the signed package lists: ";

    /** Replaces a package by one of the same name and size, but with a different program. */
    private static final String FORGE = """
            set -e
            real=$(realpath "$1"/hello_*.deb)
            size=$(stat -c %s "$real")
            cd "$(mktemp -d)"
            mkdir -p forged/DEBIAN forged/usr/bin
            dpkg-deb --field "$real" Package Version Architecture Maintainer Description >forged/DEBIAN/control
            printf '#!/bin/sh\\necho forged\\n' >forged/usr/bin/hello
            chmod 755 forged/usr/bin/hello
            dpkg-deb --build --root-owner-group forged forged.deb
            # A member that dpkg ignores (deb(5)) makes up for the rest.
            pad=$((size - $(stat -c %s forged.deb) - 60))
            printf '%-16s%-12s%-6s%-6s%-8s%-10s`\\n' _pad 0 0 0 100644 $pad >>forged.deb
            head -c $pad /dev/zero >>forged.deb
            [ "$(stat -c %s forged.deb)" = "$size" ]
            dpkg-deb --fsys-tarfile forged.deb >/dev/null
            cat forged.deb >"$real"
            """;

    private final String id = "it-" + System.nanoTime();
    private final String shared = "#@ cache id=" + id + " ";

    private static Project project(String artifact) throws IOException {
        return Project.minimal(artifact)
                .named(artifact)
                .write("config.json", "{ \"Files\": [\"result\"] }\n")
                .write("forge.sh", FORGE);
    }

    private static MavenOutcome build(Project project, String lines) throws Exception {
        return project.write("build.txt", lines)
                .maven("crossbuild:build")
                .run(DEADLINE)
                .succeeded();
    }

    private static String result(Project project) throws IOException {
        return Files.readString(project.targetRoot().resolve("result"));
    }

    @Test
    void aForgedPackageOfTheRightNameAndSizeIsNotInstalled() throws Exception {
        Project attacker = project("poison-attacker");
        String forge = "apt-get install -y hello\n#@ copy forge.sh ~/forge.sh\n" + "bash ~/forge.sh " + ARCHIVES
                + "; hello > result\n";
        build(attacker, shared + ARCHIVES + "\n" + forge);

        Project victim = project("poison-victim");
        String install = ARCHIVES + "\napt-get install -y hello; hello > result\n# " + id + "\n";
        MavenOutcome outcome = build(victim, "true " + id + "\n" + shared + install);
        assertThat(result(victim)).isEqualTo("Hello, world!\n");
        outcome.mentions(WARNING + "1 file, hello_");

        Project third = project("poison-third");
        build(third, "true " + id + "\n#@ cache " + install)
                .mentions("2 steps, 1 run, 1 from the store")
                .doesNotMention("Removed packages from a cache");
        assertThat(result(third)).isEqualTo("Hello, world!\n");
    }

    @Test
    void nothingElseThatACacheHoldsLeadsAptAstray() throws Exception {
        Project attacker = project("poison-shapes");
        String leave = String.join(
                "; ",
                List.of(
                        "cd " + ARCHIVES,
                        "apt-get install -y --download-only hello",
                        "bash /root/forge.sh .",
                        "cp hello_*.deb 'a%3ab_1%3a2_amd64.deb'",
                        "cp hello_*.deb ./-rf",
                        "cp hello_*.deb $'new\\nline_1_amd64.deb'",
                        "ln -s /etc/passwd link_1_amd64.deb",
                        "mkfifo pipe_1_amd64.deb",
                        "ln -s /etc/shadow partial/link",
                        "mkdir -p /var/cache/apt/elsewhere/partial",
                        "cp hello_*.deb /var/cache/apt/elsewhere/",
                        "echo x > ../pkgcache.bin",
                        "cd ..; mv archives kept; ln -s /proc/self/cwd/../var/cache/apt/elsewhere archives",
                        "touch /root/result"));
        String cache = shared + "/var/cache/apt\n";
        build(attacker, cache + "#@ copy forge.sh ~/forge.sh\n" + leave + "\n");

        Project victim = project("poison-shapes-victim");
        MavenOutcome links = build(victim, cache + "cat /etc/passwd; ls -l /var/cache/apt > result\n");
        assertThat(result(victim))
                .doesNotContain("archives")
                .doesNotContain("pkgcache")
                .contains("kept");
        links.mentions(WARNING + "1 file, archives");

        String back = "cd /var/cache/apt; rm -rf archives; mv kept archives; touch /root/result\n";
        build(victim, cache + back);
        MavenOutcome files = build(
                victim,
                cache + "ls -A " + ARCHIVES + " " + ARCHIVES + "/partial > /root/result\n"
                        + "apt-get install -y hello; hello >> /root/result\n");
        assertThat(result(victim))
                .isEqualTo(ARCHIVES + ":\nlock\npartial\n\n" + ARCHIVES + "/partial:\nHello, world!\n");
        files.mentions(WARNING + "4 files, ");
        files.mentions("removed packages from a cache of apt that are not in the package lists: 3 files, ");

        MavenOutcome again = build(victim, cache + "ls " + ARCHIVES + "/hello_*.deb > /root/result\n");
        assertThat(result(victim)).as("packages in the lists are kept").contains("/hello_");
        again.doesNotMention("emoved packages from a cache");
    }

    @Test
    void aShellHasTheSameCheckAndOneThatCannotBeDoneFailsTheLine() throws Exception {
        Project project = project("poison-shell");
        String cache = shared + ARCHIVES + "\n";
        build(project, cache + "echo forged > " + ARCHIVES + "/hello_1_amd64.deb; touch result\n");
        project.maven("-Dcrossbuild.step=0", "crossbuild:shell")
                .input("ls " + ARCHIVES)
                .run(DEADLINE)
                .succeeded()
                .mentions("removed packages from a cache of apt that are not in the package lists: 1 file, hello_1_");

        MavenOutcome failed = project.write(
                        "build.txt", cache + "echo junk > /etc/apt/apt.conf.d/broken\ntouch result\n")
                .maven("crossbuild:build")
                .run(DEADLINE)
                .failed();
        failed.mentions(
                "Checking apt's packages in a cache before line 3 of '",
                "failed: it ended with status ",
                "/etc/apt/apt.conf.d/broken");
    }
}
