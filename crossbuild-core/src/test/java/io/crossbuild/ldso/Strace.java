// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import io.crossbuild.oracle.Oracles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a program opens, as seen by the kernel. */
public final class Strace {
    private static final Pattern OPENED = Pattern.compile("open(?:at)?\\((?:AT_FDCWD, )?\"(.*?)\", .*\\) = \\d+");
    private static final Pattern EXECUTED = Pattern.compile("execve\\(\"(.*?)\", .*\\) = 0");

    private Strace() {}

    /** Whether strace(1) is installed and the kernel lets it work. */
    public static boolean works() throws IOException, InterruptedException {
        try {
            return opened(List.of("/bin/true"), List.of()).contains("/lib/x86_64-linux-gnu/libc.so.6");
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * The paths that the last program of a command opens successfully, in order, without those of the kernel's own file
     * systems.
     *
     * @param environment {@code NAME=VALUE}
     */
    public static List<String> opened(List<String> command, List<String> environment)
            throws IOException, InterruptedException {
        Path log = Files.createTempFile("strace", ".log");
        try {
            List<String> all = new ArrayList<>(List.of(
                    "strace", "-f", "-qq", "-s", "4096", "-e", "trace=open,openat,execve", "-o", log.toString()));
            all.addAll(List.of("env", "-i"));
            all.addAll(environment);
            all.addAll(command);
            Process process = Oracles.process(all)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new IOException("'" + command + "' did not end");
            }
            List<String> result = new ArrayList<>();
            for (String line : Files.readAllLines(log, StandardCharsets.ISO_8859_1)) {
                Matcher opened = OPENED.matcher(line);
                if (EXECUTED.matcher(line).find()) {
                    result.clear();
                } else if (opened.find() && !opened.group(1).matches("/(proc|sys|dev)/.*")) {
                    result.add(opened.group(1));
                }
            }
            return result;
        } finally {
            Files.delete(log);
        }
    }
}
