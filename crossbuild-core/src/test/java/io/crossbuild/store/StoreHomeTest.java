// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.io.HostOs;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StoreHomeTest {
    private static final Path USER = Path.of("/home/anna");

    @Test
    void linuxFollowsTheXdgSpecification() {
        assertThat(StoreHome.ofHost(Map.of(), HostOs.LINUX, USER)).isEqualTo(USER.resolve(".cache/crossbuild"));
        assertThat(StoreHome.ofHost(Map.of("XDG_CACHE_HOME", "/var/cache/anna"), HostOs.LINUX, USER))
                .isEqualTo(Path.of("/var/cache/anna/crossbuild"));
        assertThat(StoreHome.ofHost(Map.of("XDG_CACHE_HOME", "relative"), HostOs.LINUX, USER))
                .isEqualTo(USER.resolve(".cache/crossbuild"));
        assertThat(StoreHome.ofHost(Map.of("XDG_CACHE_HOME", ""), HostOs.OTHER, USER))
                .isEqualTo(USER.resolve(".cache/crossbuild"));
    }

    @Test
    void macHasItsCachesDirectory() {
        assertThat(StoreHome.ofHost(Map.of("XDG_CACHE_HOME", "/x"), HostOs.MACOS, USER))
                .isEqualTo(USER.resolve("Library/Caches/crossbuild"));
    }

    @Test
    void windowsHasItsLocalApplicationData() {
        assertThat(StoreHome.ofHost(Map.of("LOCALAPPDATA", "/users/anna/local"), HostOs.WINDOWS, USER))
                .isEqualTo(Path.of("/users/anna/local/crossbuild"));
        assertThat(StoreHome.ofHost(Map.of(), HostOs.WINDOWS, USER))
                .isEqualTo(USER.resolve("AppData/Local/crossbuild"));
    }
}
