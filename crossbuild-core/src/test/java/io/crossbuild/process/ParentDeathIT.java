// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.io.HostOs;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Tests the end of a whole JVM, so each test starts one. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no SIGKILL")
class ParentDeathIT {
    @TempDir
    Path directory;

    @Test
    void childrenDieWithAJvmThatIsKilled() throws Exception {
        assertThatChildrenDieAfter(Process::destroyForcibly, HostOs.current());
    }

    @Test
    void childrenDieWithAJvmThatIsInterrupted() throws Exception {
        // SIGTERM runs the shutdown hooks, as SIGINT does.
        assertThatChildrenDieAfter(Process::destroy, HostOs.current());
    }

    @Test
    void withoutTheGuardChildrenDieWithAJvmThatIsInterrupted() throws Exception {
        assertThatChildrenDieAfter(Process::destroy, HostOs.WINDOWS);
    }

    private interface Killing {
        void end(Process jvm);
    }

    private void assertThatChildrenDieAfter(Killing killing, HostOs pretended) throws Exception {
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-D" + HostOs.PRETENDED + "=" + pretended,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Parent.class.getName(),
                        directory.toString())
                .redirectError(directory.resolve("err").toFile())
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(jvm.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(out.readLine())
                    .as(Files.readString(directory.resolve("err")))
                    .isEqualTo("up");
            List<ProcessHandle> tree = jvm.descendants().toList();
            List<String> commands = new ArrayList<>();
            tree.forEach(p -> commands.add(p.info().command().orElse("")));
            assertThat(commands).filteredOn(c -> c.endsWith("sleep")).hasSize(2);
            killing.end(jvm);
            assertThat(jvm.waitFor(20, TimeUnit.SECONDS)).isTrue();
            ChildProcessTest.awaitDeath(tree);
        } finally {
            jvm.destroyForcibly();
        }
    }

    static final class Parent {
        public static void main(String[] args) throws Exception {
            for (int i = 0; i < 2; i++) {
                Path log = Path.of(args[0], "log" + i);
                ChildProcess.start(
                        new ChildCommand(List.of("/bin/sh", "-c", "echo up; exec sleep 1000"), Map.of(), log));
                while (!Files.readString(log).contains("up")) {
                    Thread.sleep(5);
                }
            }
            // "exec" needs another moment.
            Thread.sleep(200);
            System.out.println("up");
            Thread.sleep(1_000_000);
        }
    }
}
