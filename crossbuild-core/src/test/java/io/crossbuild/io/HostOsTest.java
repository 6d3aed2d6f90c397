// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.PretendedHost;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class HostOsTest {
    @ParameterizedTest
    @CsvSource({
        "Linux, LINUX",
        "Mac OS X, MACOS",
        "Darwin, MACOS",
        "Windows 11, WINDOWS",
        "Windows Server 2022, WINDOWS",
        "FreeBSD, OTHER",
        "'', OTHER"
    })
    void theNameThatTheJvmGivesTellsTheKind(String name, HostOs expected) {
        assertThat(HostOs.of(name)).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource
    void aTestCanPretendEachKind(HostOs os) {
        HostOs real = HostOs.current();
        try (PretendedHost pretended = PretendedHost.of(os)) {
            assertThat(HostOs.current()).as("%s", pretended).isEqualTo(os);
        }
        assertThat(HostOs.current()).isEqualTo(real);
    }
}
