// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.oracle;

import io.crossbuild.Needs;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The programs with which tests compare.
 *
 * <p>If all tests are requested, they are Debian's, fetched and unpacked for this build without root rights, even if
 * the machine has its own: then every machine compares with the same versions, an incomplete installation (a compiler
 * without a static C library) is not a special case, and nothing needs to be installed. This costs about 160 MB once
 * for each store. Otherwise they are the machine's own, and a test without its program is skipped.
 */
public final class Oracles {
    private static @Nullable OracleRoot own;
    private static @Nullable Boolean compiles;

    private Oracles() {}

    /** Our own programs, or null if those of the machine are used. */
    private static synchronized @Nullable OracleRoot own() throws IOException, InterruptedException {
        if (!Needs.areRequested() || !Needs.isLinux()) {
            return null;
        }
        if (own == null) {
            own = OracleRoot.provide();
        }
        return own;
    }

    /** A process to be started: its program is searched by name, and so are those that it starts. */
    public static ProcessBuilder process(List<String> command) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(command);
        all.set(0, program(command.get(0)));
        ProcessBuilder builder = new ProcessBuilder(all);
        builder.environment().put("PATH", searchPath());
        builder.environment().put("LC_ALL", "C.UTF-8");
        return builder;
    }

    /** The path of a program. If it is missing, the test is skipped, or fails if all tests are requested. */
    public static String program(String name) throws IOException, InterruptedException {
        if (name.startsWith("/")) {
            return name;
        }
        String found = null;
        for (String directory : searchPath().split(File.pathSeparator)) {
            Path file = Path.of(directory, name);
            if (found == null && Files.isExecutable(file) && !Files.isDirectory(file)) {
                found = file.toString();
            }
        }
        Needs.that(found != null, "'" + name + "' is not installed, so nothing was compared with it");
        if (name.equals("gcc")) {
            Needs.that(
                    compiles(String.valueOf(found)), "gcc cannot make static programs here, so nothing was compared");
        }
        return String.valueOf(found);
    }

    private static String searchPath() throws IOException, InterruptedException {
        OracleRoot root = own();
        String path = String.valueOf(System.getenv("PATH"));
        return (root == null ? "" : root.programs() + File.pathSeparator)
                + path
                + (Needs.isLinux() ? ":/usr/sbin:/sbin" : "");
    }

    /** The root of a system that has the programs at their usual paths: the machine's, or one with our own programs. */
    public static Path system() throws IOException, InterruptedException {
        OracleRoot root = own();
        return root == null ? Path.of("/") : root.system();
    }

    /** musl's loader for x86-64, which may be missing. */
    public static Path muslLoader() throws IOException, InterruptedException {
        return system().resolve("lib/ld-musl-x86_64.so.1");
    }

    /** A static emulator for programs, such as qemu-arm-static. */
    public static Path emulator(String name) throws IOException, InterruptedException {
        Path directory = system().resolve("usr/bin");
        Path file = directory.resolve(name);
        // Since trixie all of them are static, and the longer name may not exist.
        Path found = Files.exists(file) ? file : directory.resolve(name.replace("-static", ""));
        Needs.that(Files.exists(found), "no " + file + ", so the foreign loader was not run");
        return found.toRealPath();
    }

    /** Whether a compiler finds a static C library and its headers: distributions have separate packages for them. */
    private static synchronized boolean compiles(String gcc) throws IOException, InterruptedException {
        if (compiles == null) {
            Path directory = Files.createTempDirectory("gcc");
            Path source =
                    Files.writeString(directory.resolve("a.c"), "#include <stdio.h>\nint main(void) { return 0; }");
            Path program = directory.resolve("a");
            Path log = directory.resolve("log");
            Process process = new ProcessBuilder(gcc, "-static", "-o", program.toString(), source.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            boolean ended = process.waitFor(60, TimeUnit.SECONDS);
            process.destroyForcibly();
            compiles = ended && process.waitFor() == 0;
            for (Path file : List.of(source, program, log, directory)) {
                Files.deleteIfExists(file);
            }
        }
        return compiles;
    }
}
