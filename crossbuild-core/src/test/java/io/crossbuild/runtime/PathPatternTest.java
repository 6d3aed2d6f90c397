// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PathPatternTest {
    @Test
    void aStarIsAPartOfOneNameAndTheFirstOneAnyDirectory() {
        assertThat(PathPattern.match("*/libpython3.*.so*", "/usr/lib/libpython3.13.so.1.0"))
                .contains(List.of("13", ".1.0"));
        assertThat(PathPattern.match("*/bin/*-gcc-*", "/usr/bin/x86_64-linux-gnu-gcc-14"))
                .contains(List.of("x86_64-linux-gnu", "14"));
        assertThat(PathPattern.match("*/bin/git", "/usr/bin/git")).contains(List.of());
        assertThat(PathPattern.match("*/bin/git", "/bin/git")).contains(List.of());
        assertThat(PathPattern.match("*/jre/lib/*/jli/libjli.so", "/opt/jre/lib/amd64/jli/libjli.so"))
                .contains(List.of("amd64"));
        assertThat(PathPattern.match("/usr/lib/*/lib*.so*", "/usr/lib/x/libz.so.1"))
                .isPresent();
    }

    @Test
    void aStarIsAsShortAsPossible() {
        assertThat(PathPattern.match("/*.so*", "/a.so.so.1")).contains(List.of("a", ".so.1"));
        assertThat(PathPattern.match("/*-gcc-*", "/-gcc--gcc-")).contains(List.of("", "-gcc-"));
        assertThat(PathPattern.match("/a*a", "/a")).isEmpty();
        assertThat(PathPattern.match("/a*a", "/aa")).contains(List.of(""));
        assertThat(PathPattern.match("/*/x*y/*", "/b/xyy/c")).contains(List.of("b", "y", "c"));
        assertThat(PathPattern.match("*/bin/perl*", "/usr/bin/perl")).contains(List.of(""));
        assertThat(PathPattern.match("/a/*", "/a")).isEmpty();
        assertThat(PathPattern.match("/a", "/a/b")).isEmpty();
    }

    @Test
    void anUglyNameTakesNoLongerThanAnyOther() {
        String path = "/usr/bin/" + "-gcc-".repeat(10_000) + "x";
        assertTimeoutPreemptively(
                Duration.ofSeconds(5),
                () -> assertThat(PathPattern.match("*/bin/*-gcc-*-gcc-*-gcc-*y", path))
                        .isEmpty());
    }

    @Test
    void whatIsNotTheSamePathDoesNotMatch() {
        assertThat(PathPattern.match("*/bin/git", "/usr/bin/gitk")).isEmpty();
        assertThat(PathPattern.match("*/bin/git", "/usr/sbin/git")).isEmpty();
        assertThat(PathPattern.match("*/bin/git", "/git")).isEmpty();
        assertThat(PathPattern.match("*/bin/*", "/usr/bin/a/b")).isEmpty();
        assertThat(PathPattern.match("/usr/lib/*/lib*.so*", "/usr/lib/x/vlc/libz.so.1"))
                .isEmpty();
        assertThat(PathPattern.match("*/libz.so*", "libz.so")).isEmpty();
    }
}
