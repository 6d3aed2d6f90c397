// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.closure.HintGroup;
import io.crossbuild.runtime.RuntimeRule.Kind;
import io.crossbuild.runtime.RuntimeRule.Trigger;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RuleTableTest {
    @Test
    void everyRuleHasANameASourceATriggerAndFiles() throws Exception {
        assertThat(RuleTable.builtIn()).hasSizeGreaterThan(60).allSatisfy(rule -> {
            assertThat(rule.name()).as("name").isNotEmpty();
            assertThat(rule.what()).as(rule.name()).isNotEmpty();
            assertThat(rule.source()).as(rule.name()).isNotEmpty();
            assertThat(rule.triggers()).as(rule.name()).isNotEmpty();
            assertThat(rule.take().size()
                            + rule.suggest().size()
                            + rule.groups().size())
                    .as(rule.name())
                    .isPositive();
        });
        assertThat(RuleTable.builtIn()).extracting(RuntimeRule::name).doesNotHaveDuplicates();
    }

    @Test
    void pathsAreAbsoluteOrRelativeToTheDirectoryOfTheTrigger() throws Exception {
        assertThat(RuleTable.builtIn()).allSatisfy(rule -> {
            assertThat(rule.take())
                    .as(rule.name())
                    .allMatch(t -> t.startsWith("/") || t.startsWith("{dir}/") || t.startsWith("package:/"));
            assertThat(rule.suggest()).as(rule.name()).allMatch(t -> t.startsWith("/") || t.startsWith("{dir}/"));
        });
    }

    @Test
    void fieldsAreReadAsInControlFiles() {
        RuntimeRule rule = RuleTable.parse("""
                # a comment
                Rule: one
                What: some
                 files
                Source: a(1)
                When: file */liba.so*
                 import f g
                Take: /a/
                 /b
                Except: doc *.html
                Group: dns tls
                Home: yes
                """).get(0);
        assertThat(rule.what()).isEqualTo("some files");
        assertThat(rule.triggers())
                .containsExactly(
                        new Trigger(Kind.FILE, "*/liba.so*"),
                        new Trigger(Kind.IMPORT, "f"),
                        new Trigger(Kind.IMPORT, "g"));
        assertThat(rule.take()).containsExactly("/a/", "/b");
        assertThat(rule.except()).containsExactly("doc", "*.html");
        assertThat(rule.groups()).isEqualTo(Set.of(HintGroup.DNS, HintGroup.TLS));
        assertThat(rule.home()).isTrue();
        assertThatThrownBy(() -> RuleTable.parse("Tkae: /a/")).hasMessageContaining("no such field");
    }
}
