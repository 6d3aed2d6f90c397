// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.dpkg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crossbuild.closure.InstalledPackage;
import io.crossbuild.oracle.Oracles;
import io.crossbuild.tree.HostFileTree;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Compares with dpkg-query itself, on a Debian machine. */
class PackageDatabaseIT {
    @Test
    void packagesAndTheirFilesAreThoseOfDpkg() throws Exception {
        assumeTrue(Files.exists(Path.of("/var/lib/dpkg/status")), "not a Debian machine");
        try (HostFileTree tree = HostFileTree.open(Path.of("/"))) {
            PackageDatabase database = PackageDatabase.open(tree).orElseThrow();
            List<String> expected = new ArrayList<>(
                    run("dpkg-query", "-W", "-f", "${db:Status-Status} ${Package}:${Architecture} ${Version}\\n"));
            expected.removeIf(l -> l.startsWith("not-installed") || l.startsWith("config-files"));
            assertThat(database.packages().stream()
                            .map(InstalledPackage::toString)
                            .sorted())
                    .isEqualTo(expected.stream()
                            .map(l -> l.substring(l.indexOf(' ') + 1))
                            .sorted()
                            .toList());
            compareOwners(database);
        }
    }

    /** Every file in /usr/bin and in the library directory: dpkg knows each by one of two names. */
    private static void compareOwners(PackageDatabase database) throws Exception {
        Map<String, String> dpkg = new TreeMap<>();
        for (String pattern :
                new String[] {"/usr/bin/*", "/bin/*", "/usr/lib/x86_64-linux-gnu/*", "/lib/x86_64-linux-gnu/*"}) {
            for (String line : run("dpkg-query", "-S", pattern)) {
                int colon = line.indexOf(": /");
                if (colon > 0
                        && !line.startsWith("diversion ")
                        && !line.substring(0, colon).contains(",")) {
                    String path = line.substring(colon + 2);
                    dpkg.put(
                            path.startsWith("/usr") ? path : "/usr" + path,
                            line.substring(0, colon).split(":")[0]);
                }
            }
        }
        List<String> files = new ArrayList<>();
        for (String directory : new String[] {"/usr/bin", "/usr/lib/x86_64-linux-gnu"}) {
            try (Stream<Path> list = Files.list(Path.of(directory))) {
                list.map(Path::toString).filter(dpkg::containsKey).forEach(files::add);
            }
        }
        Map<String, InstalledPackage> owners = database.owners(files);
        List<String> differences = new ArrayList<>();
        for (String file : files) {
            InstalledPackage owner = owners.get(file);
            String found = owner == null ? "no package" : owner.name();
            if (!found.equals(dpkg.get(file))) {
                differences.add(file + ": " + found + " (expected " + dpkg.get(file) + ")");
            }
        }
        assertThat(differences).isEmpty();
        assertThat(files).hasSizeGreaterThan(200);
    }

    private static List<String> run(String... command) throws Exception {
        Process process = Oracles.process(List.of(command))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return text.isEmpty() ? List.of() : List.of(text.split("\n"));
    }
}
