// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.error;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AdviceTest {
    @Test
    void everyKeyHasAnImperativeSentenceWithAllItsValues() {
        for (AdviceKey key : AdviceKey.values()) {
            Map<String, String> values = new TreeMap<>();
            key.names().forEach(name -> values.put(name, "$1<" + name + ">\\"));
            Advice advice = new Advice(key, values);
            assertThat(advice.text()).as(key.name()).matches("[A-Z](?s:.)*[^.]").doesNotContainPattern("\\{[a-zA-Z]+}");
            assertThat(values.values()).as(key.name()).allMatch(advice.text()::contains);
        }
    }

    @Test
    void noTwoKeysSayTheSame() {
        assertThat(AdviceKey.values()).extracting(AdviceKey::words).doesNotHaveDuplicates();
    }

    @Test
    void aFrontendHasWordsOfItsOwnWithTheSameValues() {
        Advice advice = AdviceKey.QEMU_PATH.advice("program", "qemu-system-x86_64");
        assertThat(advice.text()).isEqualTo("Specify the path of qemu-system-x86_64");
        assertThat(advice.in("Set --qemu to {program}; not {other}"))
                .isEqualTo("Set --qemu to qemu-system-x86_64; not {other}");
    }

    @Test
    void missingAndUnknownValuesAreNoticedWhereTheAdviceIsMade() {
        assertThatThrownBy(AdviceKey.QEMU_PATH::advice).hasMessageContaining("(expected [program])");
        assertThatThrownBy(() -> AdviceKey.MORE_MEMORY.advice("memory", "2g")).hasMessageContaining("(expected [])");
    }

    @Test
    void anExceptionKeepsItsAdviceAcrossProcesses() throws Exception {
        Advice advice = AdviceKey.QEMU_PATH.advice("program", "qemu");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(new HostRequirementException("Cannot find 'qemu'", advice));
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(((CrossbuildException) in.readObject()).advice()).containsExactly(advice);
        }
    }

    @Test
    void severalReadersEachKeepTheirAdvice() {
        List<Advice> both = List.of(AdviceKey.SAVE_AS_UTF8.advice(), AdviceKey.CORRECT_PATHS.advice());
        assertThat(ConfigException.of("a", List.of("b", "c"), both).advice()).isEqualTo(both);
        assertThat(new ConfigException("a", List.of("b"), null).advice()).isEmpty();
    }
}
