// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import io.crossbuild.oracle.Oracles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A directory as the root of a separate system, with a copy of the machine's loader, so that tests can have their own
 * ld.so.cache, system directories and absolute links. There is no /proc, so the program has no origin.
 */
final class ChrootSystem implements Lab.RealSystem {
    /**
     * Changes the root, in a user namespace if the user may not do so directly, sets the environment, and becomes the
     * program. The root "-" is that of the caller.
     */
    private static final String LAUNCHER = """
            #define _GNU_SOURCE
            #include <sched.h>
            #include <stdio.h>
            #include <string.h>
            #include <unistd.h>
            int main(int argc, char **argv) {
                int i = 2;
                char *envp[64] = {0};
                for (; i < argc && strcmp(argv[i], "--") && i < 60; i++) envp[i - 2] = argv[i];
                if (strcmp(argv[1], "-") && chroot(argv[1]) && (unshare(CLONE_NEWUSER) || chroot(argv[1]))) {
                    perror("chroot");
                    return 125;
                }
                if (chdir("/")) return 125;
                execve(argv[i + 1], argv + i + 1, envp);
                perror(argv[i + 1]);
                return 126;
            }
            """;

    /**
     * Replaces the launcher where user namespaces are not allowed, as in many containers and in a changed root:
     * proot(1) traces the program and prepends the root to every path. It is slower.
     */
    private static final String TRACER = """
            #!/bin/sh
            root=$1
            shift
            exec '%s' -r "$root" -w / -b '%s':/.launcher /.launcher - "$@"
            """;

    /** The launcher's status when it could change the root and there is no such program. */
    private static final int CANNOT_EXECUTE = 126;

    private final Path launcher;
    private final String interpreter;

    private ChrootSystem(Path launcher, String interpreter) {
        this.launcher = launcher;
        this.interpreter = interpreter;
    }

    /** Makes the launcher in a directory: its arguments are the root, NAME=VALUE.., "--" and the command. */
    static Path launcher(Path work) throws Exception {
        Path source = work.resolve("launcher.c");
        Files.writeString(source, LAUNCHER);
        Path launcher = work.resolve("launcher");
        Lab.execute(List.of("gcc", "-static", "-o", launcher.toString(), source.toString()));
        if (changesRoot(launcher, work)) {
            return launcher;
        }
        Path tracer = work.resolve("tracer");
        Files.writeString(tracer, TRACER.formatted(Oracles.program("proot"), launcher));
        Files.setPosixFilePermissions(tracer, PosixFilePermissions.fromString("rwxr-xr-x"));
        return tracer;
    }

    /** For roots with their own loader. */
    static ChrootSystem in(Path launcher, Path loader) {
        return new ChrootSystem(launcher, loader.toString());
    }

    /** Copies the machine's loader into the root. */
    static ChrootSystem prepare(Path launcher, Path root, Path loader) throws Exception {
        return prepare(launcher, root, loader, loader);
    }

    /** Copies a loader into the root, to a different path. */
    static ChrootSystem prepare(Path launcher, Path root, Path source, Path loader) throws Exception {
        Path copy = root.resolve(loader.toString().substring(1));
        Files.createDirectories(copy.getParent());
        Files.copy(source.toRealPath(), copy, StandardCopyOption.COPY_ATTRIBUTES);
        return new ChrootSystem(launcher, loader.toString());
    }

    /**
     * Runs the machine's ldconfig, a static program, with the directory as its root. Its own option -r changes the root
     * only for the superuser; for others it does not support everything in a configuration.
     */
    static void ldconfig(Path launcher, Path root, String... options) throws Exception {
        Path program = root.resolve(".ldconfig");
        Files.copy(Path.of("/sbin/ldconfig").toRealPath(), program, StandardCopyOption.REPLACE_EXISTING);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        List<String> command = new ArrayList<>(List.of(launcher.toString(), root.toString(), "--", "/.ldconfig"));
        command.addAll(List.of(options));
        Lab.execute(command);
        Files.delete(program);
    }

    /** Whether this user may change the root. */
    boolean works(Path root) throws IOException, InterruptedException {
        return changesRoot(launcher, root);
    }

    /** Whether a launcher may change the root. */
    static boolean changesRoot(Path launcher, Path root) throws IOException, InterruptedException {
        return new ProcessBuilder(launcher.toString(), root.toString(), "--", "/none")
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == CANNOT_EXECUTE;
    }

    @Override
    public String prefix(Path directory) {
        return "";
    }

    @Override
    public Path tree(Path directory) {
        return directory;
    }

    @Override
    public String interpreter() {
        return interpreter;
    }

    @Override
    public RealLoader.Answer list(Path directory, String program, Map<String, String> environment)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(launcher.toString(), directory.toString()));
        environment.forEach((name, value) -> command.add(name + "=" + value));
        boolean musl = interpreter.contains("musl");
        if (!musl) {
            command.add("LD_TRACE_LOADED_OBJECTS=1");
        }
        command.add("--");
        if (musl) {
            command.addAll(List.of(interpreter, "--list"));
        }
        command.add("/" + program);
        return RealLoader.run(command, Map.of(), Path.of(interpreter));
    }
}
