// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.eclipse.aether.DefaultSessionData;
import org.eclipse.aether.SessionData;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TargetRootClaimsTest {
    @TempDir
    Path directory;

    private final SessionData session = new DefaultSessionData();
    private Path base;

    @BeforeEach
    void resolve() throws IOException {
        base = directory.toRealPath();
    }

    private TargetRootClaim claim(String execution, String configuration, Path root, boolean begun) {
        return new TargetRootClaim("g:module", base, execution, "build", configuration, RealPaths.of(root), begun);
    }

    private Optional<TargetRootClaims.Conflict> begin(TargetRootClaim own, TargetRootClaim... planned) {
        return begin(RealPaths.ofHost(), own, planned);
    }

    private Optional<TargetRootClaims.Conflict> begin(
            RealPaths paths, TargetRootClaim own, TargetRootClaim... planned) {
        return TargetRootClaims.of(session, paths).begin(own, () -> List.of(planned));
    }

    @Test
    void aPlannedExecutionThatDecidesOtherwiseIsNoConflict() {
        TargetRootClaim planned = claim("b", "2", base.resolve("out"), false);
        assertThat(begin(claim("a", "1", base.resolve("other"), true), planned)).isEmpty();
        assertThat(begin(claim("b", "2", base.resolve("mine"), true))).isEmpty();
        assertThat(begin(claim("c", "3", base.resolve("out"), true))).isEmpty();
    }

    @Test
    void whatBeganIsRememberedAndWhatIsPlannedIsSeenAtOnce() {
        assertThat(begin(claim("a", "1", base.resolve("out"), true))).isEmpty();
        assertThat(begin(claim("b", "1", base.resolve("out"), true))).isEmpty();
        assertThat(begin(claim("c", "2", base.resolve("out"), true)))
                .hasValueSatisfying(conflict -> assertThat(conflict.text())
                        .isEqualTo("target root '" + base.resolve("out")
                                + "' of execution 'c' (crossbuild:build of g:module) is also that of execution 'a'"
                                + " (crossbuild:build of g:module) (expected separate ones)"));
    }

    @Test
    void anExecutionThatRunsTwiceIsNoConflict() {
        assertThat(begin(claim("a", "1", base.resolve("out"), true))).isEmpty();
        assertThat(begin(claim("a", "1", base.resolve("out"), true))).isEmpty();
    }

    @Test
    void linksAreFollowedWhetherTheEndIsThereOrNot() throws IOException {
        Files.createDirectory(base.resolve("real"));
        Files.createSymbolicLink(base.resolve("link"), base.resolve("real"));
        assertThat(RealPaths.of(base.resolve("link/a/b"))).isEqualTo(base.resolve("real/a/b"));
        assertThat(begin(claim("a", "1", base.resolve("link/x/../out"), true))).isEmpty();
        assertThat(begin(claim("b", "2", base.resolve("real/out/lib"), true))).isPresent();
    }

    @Test
    void caseCountsWhereTheFileSystemSaysSo() {
        RealPaths unixLike = new RealPaths(path -> true);
        RealPaths macLike = new RealPaths(path -> false);
        assertThat(unixLike.isSameOrInside(base.resolve("OUT/lib"), base.resolve("out")))
                .isFalse();
        assertThat(macLike.isSameOrInside(base.resolve("OUT/lib"), base.resolve("out")))
                .isTrue();
        assertThat(macLike.isSameOrInside(base.resolve("outer"), base.resolve("out")))
                .isFalse();
        assertThat(begin(macLike, claim("a", "1", base.resolve("out"), true))).isEmpty();
        assertThat(begin(macLike, claim("b", "2", base.resolve("Out"), true))).isPresent();
    }
}
