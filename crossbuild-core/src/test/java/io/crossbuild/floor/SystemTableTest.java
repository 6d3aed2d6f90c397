// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.floor;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.spec.EnvironmentSpec;
import io.crossbuild.spec.LibraryVersion;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SystemTableTest {
    private static SymbolVersion version(SystemTable table, String name) {
        return SymbolVersion.of(name, table).orElseThrow();
    }

    @Test
    void everySuiteIsASystemAndReleasesAreInOrder() throws Exception {
        SystemTable table = SystemTable.builtIn();
        assertThat(table.systems().stream().map(SystemTable.Release::suite)).containsAll(EnvironmentSpec.SUITES);
        Map<String, SystemTable.Release> last = new HashMap<>();
        for (SystemTable.Release system : table.systems()) {
            SystemTable.Release before = last.put(system.distribution(), system);
            if (before != null) {
                assertThat(system.glibc()).as(system.text()).isGreaterThan(before.glibc());
                assertThat(system.gcc().glibcxx())
                        .as(system.text())
                        .isGreaterThanOrEqualTo(before.gcc().glibcxx());
            }
        }
        assertThat(last.keySet()).containsExactlyInAnyOrder("Debian", "Ubuntu", "RHEL", "Amazon Linux");
    }

    @Test
    void aSystemHasWhatItsLibrariesHave() throws Exception {
        SystemTable table = SystemTable.builtIn();
        assertThat(table.oldest(List.of(version(table, "GLIBC_2.17"), version(table, "GLIBCXX_3.4.19"))))
                .containsExactly("Debian 9", "Ubuntu 18.04", "RHEL 7", "Amazon Linux 2");
        assertThat(table.oldest(List.of(version(table, "GLIBC_2.17"), version(table, "CXXABI_1.3.13"))))
                .containsExactly("Debian 12", "Ubuntu 22.04", "RHEL 9", "Amazon Linux 2023");
        assertThat(table.oldest(List.of(version(table, "GLIBC_ABI_DT_RELR"))))
                .containsExactly("Debian 12", "Ubuntu 24.04", "RHEL 10");
        assertThat(table.oldest(List.of(version(table, "GCC_4.8.0"))))
                .hasSize(4)
                .contains("RHEL 7");
        assertThat(table.oldest(List.of(version(table, "GLIBC_2.99")))).isEmpty();
    }

    @Test
    void namesOfOtherLibrariesAreNoVersions() throws Exception {
        SystemTable table = SystemTable.builtIn();
        for (String name : List.of("OPENSSL_3.0.0", "Base", "GLIBCXX_LDBL_3.4", "CXXABI_TM_1", "", "_", "GLIBCX_2")) {
            assertThat(SymbolVersion.of(name, table)).as(name).isEmpty();
        }
        assertThat(version(table, "GLIBC_PRIVATE").number()).isNull();
    }

    @Test
    void everyReplacementHasAVersionAndIsASentence() throws Exception {
        SystemTable table = SystemTable.builtIn();
        for (List<String> row : SystemTable.resource("symbols.txt")) {
            assertThat(row).hasSize(3);
            assertThat(version(table, row.get(0)).number()).isNotNull();
            assertThat(SymbolTable.text(row.get(2), "__isoc23_strtol", "2.17"))
                    .matches("[a-z].*[^.]")
                    .doesNotContainPattern("\\{[a-z0-9]+}");
        }
        SymbolTable symbols = SymbolTable.builtIn();
        assertThat(symbols.replacement("pthread_create", "GLIBC_2.34")).isPresent();
        assertThat(symbols.replacement("pthread_create", "GLIBC_2.2.5")).isEmpty();
        assertThat(SymbolTable.text(
                        symbols.replacement("__isoc23_sscanf", "GLIBC_2.38").orElseThrow(), "__isoc23_sscanf", "2.2.5"))
                .contains(".symver __isoc23_sscanf,sscanf@GLIBC_2.2.5");
        assertThat(table.base("AArch64"))
                .isEqualTo(LibraryVersion.ofGlibc("2.17").orElseThrow());
    }
}
