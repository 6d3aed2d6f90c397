// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.arch.Architecture;
import io.crossbuild.error.ConfigException;
import io.crossbuild.error.CrossbuildException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DependencySolverTest {
    private final StringBuilder packages = new StringBuilder();

    /** Adds a package; each field is a line, such as "Depends: a". */
    private void has(String name, String version, String... fields) {
        packages.append("Package: ")
                .append(name)
                .append("\nVersion: ")
                .append(version)
                .append('\n');
        for (String field : fields) {
            packages.append(field).append('\n');
        }
        packages.append("Architecture: amd64\nFilename: pool/")
                .append(name)
                .append(".deb\nSize: 1\nSHA256: ")
                .append(String.format("%064x", packages.length()))
                .append("\n\n");
    }

    private PackageIndex index() throws IOException, CrossbuildException {
        return PackageIndex.parse(
                new ByteArrayInputStream(packages.toString().getBytes(StandardCharsets.UTF_8)),
                "Packages",
                Architecture.AMD64);
    }

    private List<String> solve(String... names) throws IOException, CrossbuildException {
        return DependencySolver.solve(index(), List.of(names)).stream()
                .map(p -> p.name() + (p.version().toString().equals("1") ? "" : "=" + p.version()))
                .toList();
    }

    private void refused(String message, String... names) {
        assertThatThrownBy(() -> solve(names))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }

    @Test
    void neededPackagesComeBeforeThoseThatNeedThem() throws Exception {
        has("app", "1", "Depends: libb, liba", "Recommends: doc");
        has("libb", "1", "Pre-Depends: libc");
        has("liba", "1", "Depends: libc");
        has("libc", "1");
        has("doc", "1");
        assertThat(solve("app")).containsExactly("libc", "libb", "liba", "app");
        assertThat(solve("liba", "app", "liba")).containsExactlyInAnyOrder("libc", "libb", "liba", "app");
    }

    @Test
    void aCircleIsGoneThroughOnce() throws Exception {
        has("a", "1", "Depends: b");
        has("b", "1", "Depends: c");
        has("c", "1", "Depends: a");
        assertThat(solve("a")).containsExactly("c", "b", "a");
    }

    @Test
    void theFirstAlternativeIsTakenUnlessAnotherIsThereAnyway() throws Exception {
        has("app", "1", "Depends: x | y");
        has("other", "1", "Depends: y");
        has("x", "1");
        has("y", "1");
        assertThat(solve("app")).containsExactly("x", "app");
        assertThat(solve("app", "other")).containsExactly("y", "app", "other");
        assertThat(solve("app", "y")).containsExactly("y", "app");
    }

    @Test
    void anAlternativeThatTheArchiveLacksIsPassedOver() throws Exception {
        has("app", "1", "Depends: missing | x (>= 2) | y");
        has("x", "1");
        has("y", "1");
        assertThat(solve("app")).containsExactly("y", "app");
    }

    @Test
    void ofSeveralProvidersTheMostWantedIsTaken() throws Exception {
        has("app", "1", "Depends: mta");
        has("zmail", "1", "Provides: mta", "Priority: important");
        has("amail", "1", "Provides: mta", "Priority: optional");
        assertThat(solve("app")).containsExactly("zmail", "app");
        has("mta", "1");
        assertThat(solve("app")).containsExactly("mta", "app");
    }

    @Test
    void aVersionIsMetByVersionedProvidersOnly() throws Exception {
        has("app", "1", "Depends: v (>= 2)");
        has("plain", "1", "Provides: v");
        has("old", "1", "Provides: v (= 1)");
        refused("'app' needs 'v (>= 2)': the archive has no such package", "app");
        has("new", "1", "Provides: other, v (= 2.5)");
        assertThat(solve("app")).containsExactly("new", "app");
    }

    @Test
    void qualifiersAreHeldAgainstMultiArch() throws Exception {
        has("app", "1", "Depends: py:any, self:amd64, nat:native");
        has("py", "1", "Multi-Arch: allowed");
        has("self", "1");
        has("nat", "1");
        assertThat(solve("app")).containsExactly("py", "self", "nat", "app");
        has("bad", "1", "Depends: self:any");
        refused("'bad' needs 'self:any'", "bad");
        has("foreign", "1", "Depends: self:arm64");
        refused("'foreign' needs 'self:arm64'", "foreign");
    }

    @Test
    void theNewestVersionIsTakenUnlessOneIsRequested() throws Exception {
        has("lib", "1.9");
        has("lib", "1.10");
        has("lib", "1.10~rc1");
        has("app", "1", "Depends: lib (<< 1.10)");
        assertThat(solve("lib")).containsExactly("lib=1.10");
        assertThat(solve("lib=1.9")).containsExactly("lib=1.9");
        assertThat(solve("app")).containsExactly("lib=1.10~rc1", "app");
        assertThat(solve("app", "lib=1.9")).containsExactly("lib=1.9", "app");
        refused("no version '3' (expected 1.10 or 1.10~rc1 or 1.9)", "lib=3");
    }

    @Test
    void conflictsAreGoneAroundByAnotherChoice() throws Exception {
        has("app", "1", "Depends: x | y, z");
        has("x", "1");
        has("y", "1");
        has("z", "1", "Conflicts: x");
        assertThat(solve("app")).containsExactly("y", "z", "app");
        has("breaker", "1", "Breaks: v");
        has("p", "1", "Provides: v");
        has("q", "1", "Provides: v", "Conflicts: v");
        refused("conflicts with", "breaker", "p");
        assertThat(solve("q")).containsExactly("q");
        refused("conflicts with", "p", "q");
    }

    @Test
    void aConflictWithOtherVersionsOnlyIsNone() throws Exception {
        has("a", "1", "Breaks: b (<< 1)");
        has("b", "1");
        assertThat(solve("a", "b")).containsExactly("a", "b");
    }

    @Test
    void aChoiceThatLeadsNowhereIsTakenBack() throws Exception {
        has("app", "1", "Depends: x1 | x2, y1 | y2");
        has("x1", "1", "Depends: deep");
        has("x2", "1");
        has("deep", "1", "Depends: deeper");
        has("deeper", "1", "Conflicts: base");
        has("base", "1");
        has("y1", "1", "Depends: nothing-there");
        has("y2", "1");
        assertThat(solve("app", "base")).containsExactlyInAnyOrder("app", "base", "x2", "y2");
    }

    @Test
    void anUninstallablePackageIsReportedWithTheChainThatNeedsIt() throws Exception {
        has("npm", "1", "Depends: node");
        has("node", "1", "Depends: libuv (>= 2)");
        has("libuv", "1.44");
        refused("'npm' -> 'node' needs 'libuv (>= 2)': the archive has libuv 1.44", "npm");
        has("a", "1", "Depends: b");
        has("b", "1", "Conflicts: c");
        has("c", "1");
        assertThatThrownBy(() -> solve("a", "c"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("'c'")
                .hasMessageContaining("conflicts with");
    }

    @Test
    void allUnknownNamesAreReportedAtOnceWithSimilarOnes() throws Exception {
        has("nodejs", "1");
        has("npm", "1");
        has("n2n", "1");
        has("gcc", "1");
        has("mawk", "1", "Provides: awk");
        has("gawk", "1", "Provides: awk");
        refused("no package 'npn' (did you mean 'npm'", "npn", "nodejs");
        refused("2 problems", "npn", "nodesj");
        refused("did you mean 'nodejs'?", "nodesj");
        refused("no package 'completely-else'", "completely-else");
        refused("'awk' is not a package but is provided by others (expected one of gawk, mawk)", "awk");
        refused("'Bad Name' is not a package", "Bad Name");
        refused("another architecture", "npm:arm64");
        assertThat(solve("npm:amd64")).containsExactly("npm");
    }

    @Test
    void aNameThatOnePackageProvidesMeansThatPackage() throws Exception {
        has("mawk", "1", "Provides: awk");
        assertThat(solve("awk")).containsExactly("mawk");
    }

    @Test
    void theResultDoesNotDependOnTheOrderOfTheRequest() throws Exception {
        has("a", "1", "Depends: x | y");
        has("b", "1", "Depends: y | x");
        has("x", "1");
        has("y", "1");
        assertThat(solve("a", "b")).isEqualTo(solve("b", "a"));
    }

    @Test
    void aHopelessSearchEnds() throws Exception {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            has("p" + i, "1", "Depends: a" + i + " | b" + i);
            has("a" + i, "1");
            has("b" + i, "1");
            names.add("p" + i);
        }
        has("last", "1", "Depends: l1 | l2");
        has("l1", "1", "Conflicts: p0");
        has("l2", "1", "Conflicts: p0");
        names.add("last");
        refused("conflicts with", names.toArray(String[]::new));
    }

    @Test
    void theBaseSystemIsWhatIsEssentialOrRequiredAndApt() throws Exception {
        has("bash", "1", "Essential: yes", "Priority: optional");
        has("mount", "1", "Priority: required");
        has("vim", "1", "Priority: important");
        has("apt", "1", "Priority: important");
        has("ca-certificates", "1");
        assertThat(BaseSystem.names(index())).containsExactly("apt", "bash", "ca-certificates", "mount");
    }
}
