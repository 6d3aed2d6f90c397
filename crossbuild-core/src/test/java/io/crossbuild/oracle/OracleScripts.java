// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.oracle;

import io.crossbuild.arch.Architecture;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes scripts that start unpacked programs in place. Each runs with the C library's loader that was unpacked with
 * it, so no library of the machine is used, regardless of its release or distribution.
 */
final class OracleScripts {
    private static final List<String> PROGRAMS = List.of(
            "bash",
            "debugfs",
            "dpkg",
            "dpkg-deb",
            "dpkg-query",
            "e2fsck",
            "git",
            "mke2fs",
            "objdump",
            "proot",
            "qemu-img",
            "qemu-io",
            "strace");

    /** The programs that gcc starts and finds through its option -B. */
    private static final List<String> COMPILER_PARTS = List.of("as", "ld", "cc1", "collect2", "lto-wrapper");

    private final Architecture architecture;
    private final Path unpacked;
    private final Path system;
    private final Path bin;

    /**
     * @param unpacked where the packages are now
     * @param system where they will be
     * @param bin where the scripts will be
     */
    OracleScripts(Architecture architecture, Path unpacked, Path system, Path bin) {
        this.architecture = architecture;
        this.unpacked = unpacked;
        this.system = system;
        this.bin = bin;
    }

    /** @param target where the scripts are written now */
    void write(Path target) throws IOException {
        for (String program : PROGRAMS) {
            script(target.resolve(program), started(find(program)));
        }
        // A separate directory: a search for 'ld' in the path must not find this one.
        Path parts = Files.createDirectory(target.resolve("gcc-parts"));
        for (String part : COMPILER_PARTS) {
            script(parts.resolve(part), started(find(part)));
        }
        String compiler = started(find("gcc"), "--sysroot=" + system, "-B" + bin.resolve("gcc-parts") + "/");
        script(target.resolve("gcc"), compiler);
        Path specs = Path.of("usr/lib", architecture.gnuTriplet().replace("gnu", "musl"), "musl-gcc.specs");
        Files.writeString(
                target.resolve("musl-gcc.specs"), specs(Files.readString(unpacked.resolve(specs)), system.toString()));
        script(target.resolve("musl-gcc"), compiler + ' ' + quoted("-specs=" + bin.resolve("musl-gcc.specs")));
    }

    /** The specs of musl-gcc with the paths of its files here; blanks in them are quoted as specs require. */
    private static String specs(String text, String system) {
        String root = system.replace("\\", "\\\\").replace(" ", "\\ ");
        return text.replace(" /usr/", " " + root + "/usr/")
                .replace("-L/usr/", "-L" + root + "/usr/")
                .replace(" /lib/", " " + root + "/lib/");
    }

    /** The path of a program below the root. */
    private Path find(String name) throws IOException {
        for (String directory : List.of("usr/bin", "usr/sbin")) {
            Path file = Path.of(directory, name);
            if (Files.exists(unpacked.resolve(file))) {
                return file;
            }
        }
        for (String directory : List.of("usr/libexec/gcc", "usr/lib/gcc")) {
            if (Files.isDirectory(unpacked.resolve(directory))) {
                try (Stream<Path> files = Files.walk(unpacked.resolve(directory), FileVisitOption.FOLLOW_LINKS)) {
                    List<Path> found = files.filter(
                                    file -> file.getFileName().toString().equals(name))
                            .toList();
                    if (!found.isEmpty()) {
                        return unpacked.relativize(found.get(0));
                    }
                }
            }
        }
        throw new IOException("Cannot find program '" + name + "' in the packages with which tests compare");
    }

    private String started(Path program, String... options) {
        Path libraries = system.resolve("usr/lib").resolve(architecture.gnuTriplet());
        String loader = switch (architecture) {
            case AMD64 -> "ld-linux-x86-64.so.2";
            case ARM64 -> "ld-linux-aarch64.so.1";
        };
        Path place = system.resolve(program);
        return Stream.concat(
                        Stream.of(
                                libraries.resolve(loader).toString(),
                                "--inhibit-cache",
                                "--library-path",
                                libraries.toString(),
                                "--argv0",
                                place.toString(),
                                place.toString()),
                        Stream.of(options))
                .map(OracleScripts::quoted)
                .collect(Collectors.joining(" "));
    }

    private void script(Path file, String command) throws IOException {
        StringBuilder text = new StringBuilder("""
                #!/bin/sh
                # What the machine preloads is for its own C library.
                unset LD_PRELOAD LD_LIBRARY_PATH
                """);
        environment()
                .forEach((name, value) -> text.append("export ")
                        .append(name)
                        .append('=')
                        .append(quoted(value))
                        .append('\n'));
        Files.writeString(file, text.append("exec ").append(command).append(" \"$@\"\n"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Where programs find files that they normally find at absolute paths. */
    private Map<String, String> environment() {
        return Map.of(
                "GIT_EXEC_PATH", system.resolve("usr/lib/git-core").toString(),
                "GIT_TEMPLATE_DIR",
                        system.resolve("usr/share/git-core/templates").toString(),
                "MKE2FS_CONFIG", system.resolve("etc/mke2fs.conf").toString(),
                "QEMU_MODULE_DIR",
                        system.resolve("usr/lib")
                                .resolve(architecture.gnuTriplet())
                                .resolve("qemu")
                                .toString());
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
