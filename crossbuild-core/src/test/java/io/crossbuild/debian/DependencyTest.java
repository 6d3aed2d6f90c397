// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.error.MalformedInputException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DependencyTest {
    private static List<String> parsed(String field) throws MalformedInputException {
        return Dependency.parse(field, "amd64").stream()
                .map(Dependency::toString)
                .toList();
    }

    @Test
    void clausesAlternativesVersionsAndQualifiersAreRead() throws Exception {
        assertThat(parsed("libc6 (>= 2.38), debconf (>= 0.5)|debconf-2.0 ,\n python3:any(<<3.14),perl:native"))
                .containsExactly(
                        "libc6 (>= 2.38)", "debconf (>= 0.5) | debconf-2.0", "python3:any (<< 3.14)", "perl:native");
        assertThat(parsed("")).isEmpty();
        assertThat(parsed(" , ")).isEmpty();
    }

    @Test
    void theOldOperatorsMeanOrEqual() throws Exception {
        assertThat(parsed("a (< 1), b (> 1)")).containsExactly("a (<= 1)", "b (>= 1)");
    }

    @Test
    void aRestrictionToArchitecturesLeavesOutWhatIsNotMeant() throws Exception {
        assertThat(parsed("a [amd64 arm64], b [!amd64], c [arm64] | d, e [linux-any], f [!arm64]"))
                .containsExactly("a", "d", "e", "f");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a (1.0)", "a (>= )", "a (>= 1", "a | | b", "(>= 1)", "a (>> 1:)", "$x"})
    void anInvalidRelationIsRefused(String field) {
        assertThatThrownBy(() -> parsed(field)).isInstanceOf(MalformedInputException.class);
    }

    @Test
    void aVersionInARangeIsInIt() throws Exception {
        record Case(String relation, String version, boolean in) {}
        for (Case c : List.of(
                new Case("a (<< 2)", "1", true),
                new Case("a (<< 2)", "2", false),
                new Case("a (<= 2)", "2", true),
                new Case("a (= 2)", "2.0", false),
                new Case("a (= 2)", "2-0", true),
                new Case("a (>= 2)", "2~", false),
                new Case("a (>> 2)", "2", false),
                new Case("a (>> 2)", "2.1", true))) {
            PackageRelation relation = Dependency.parse(c.relation(), "amd64")
                    .get(0)
                    .alternatives()
                    .get(0);
            PackageRelation.Range range = relation.range();
            assertThat(range).isNotNull();
            assertThat(range != null && range.contains(DebianVersion.parse(c.version())))
                    .as(c.toString())
                    .isEqualTo(c.in());
        }
    }
}
