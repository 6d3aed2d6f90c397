// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.error.Advice;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.ExtractionChange;
import io.crossbuild.event.Phase;
import io.crossbuild.event.StepReason;
import io.crossbuild.event.Warning;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whatever core can tell has words here. */
class WordTablesTest {
    @Test
    void everyEventHasWords() {
        Set<Class<?>> events = members(BuildEvent.class);
        events.removeAll(members(Warning.class));
        // Shown by Maven's own listener.
        assertThat(events.remove(BuildEvent.Transfer.class)).isTrue();
        assertThat(EventWords.EVENTS.types()).isEqualTo(events);
    }

    @Test
    void everyWarningHasWords() {
        assertThat(WarningWords.WARNINGS.types()).isEqualTo(members(Warning.class));
    }

    @Test
    void everyPhaseHasANameAndADetail() {
        assertThat(PhaseWords.NAMES.types()).isEqualTo(members(Phase.class));
        assertThat(PhaseWords.DETAILS.types()).isEqualTo(members(Phase.class));
    }

    @Test
    void everyReasonAndEveryChangeHasWords() {
        assertThat(EventWords.REASONS.types()).isEqualTo(members(StepReason.class));
        for (StepReason.Plain reason : StepReason.Plain.values()) {
            assertThat(EventWords.REASONS.of(reason)).isNotEqualTo(reason.toString());
        }
        assertThat(EventWords.CHANGES.types()).isEqualTo(members(ExtractionChange.class));
    }

    @Test
    void everyAdviceHasWordsWithAllItsValues() {
        for (AdviceKey key : AdviceKey.values()) {
            Map<String, String> values = new HashMap<>();
            key.names().forEach(name -> values.put(name, "<" + name + ">"));
            String words = AdviceWords.of(new Advice(key, values));
            assertThat(words).as(key.name()).matches("[A-Z].*[^.]").doesNotContainPattern("\\{[a-zA-Z]+}");
            assertThat(values.values()).as(key.name()).allMatch(words::contains);
        }
    }

    @Test
    void whatHasNoWordsIsShownAsItIs() {
        assertThat(new WordTable<Phase>().of(new Phase.UnpackPackages(3))).isEqualTo("UnpackPackages[count=3]");
    }

    /** The records and enums at the ends of a sealed type. */
    private static Set<Class<?>> members(Class<?> type) {
        Set<Class<?>> members = new HashSet<>();
        if (type.isSealed()) {
            for (Class<?> permitted : type.getPermittedSubclasses()) {
                members.addAll(members(permitted));
            }
        } else {
            members.add(type);
        }
        return members;
    }
}
