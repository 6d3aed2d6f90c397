// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.dpkg;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.crossbuild.Fuzzing;
import io.crossbuild.closure.InstalledPackage;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.tree.MemoryFileTree;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** dpkg's own files on the disk of a hostile guest. */
class PackageDatabaseFuzzTest {
    private static final List<String> FILES =
            List.of("/usr/lib/a.so", "/lib", "/usr/bin/sh", "/usr/bin/sh.distrib", "/loop");

    static Stream<byte[]> seeds() {
        String status = """
                Package: a
                Status: install ok installed
                Architecture: amd64
                Source: s (2)
                Version: 1
                Depends: b (>= 1) | c:any, d
                Provides: e (= 1), f
                Description: x
                 y

                Package: b
                """;
        return Stream.of(
                Fuzzing.joined(status, "/.\n/lib\n/lib/a.so\n/bin/sh\n", "/bin/sh\n/bin/sh.distrib\ndash\n"),
                Fuzzing.joined(status, "/lib\n".repeat(500) + "/lib/x", ""),
                Fuzzing.joined(status, "/lib/../loop/loop/..//lib/./a.so\n" + "/a".repeat(1500), "/lib\n/lib\n:\n"));
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = Fuzzing.LONG)
    void aDatabase(byte[] bytes) throws CrossbuildException {
        byte[][] parts = Fuzzing.parts(bytes, 3);
        MemoryFileTree tree = MemoryFileTree.builder()
                .symlink("/lib", "usr/lib")
                .symlink("/bin", "usr/bin")
                .symlink("/loop", "loop")
                .file("/usr/lib/a.so", new byte[1])
                .file("/usr/bin/sh", new byte[1])
                .file("/usr/bin/sh.distrib", new byte[1])
                .file("/var/lib/dpkg/status", parts[0])
                .file("/var/lib/dpkg/info/a.list", parts[1])
                .file("/var/lib/dpkg/diversions", parts[2])
                .build();
        Fuzzing.check(bytes, () -> {
            PackageDatabase database = PackageDatabase.open(tree).orElseThrow();
            database.owners(FILES);
            for (InstalledPackage each : database.packages()) {
                database.needs(each);
                database.files(each);
            }
        });
    }
}
