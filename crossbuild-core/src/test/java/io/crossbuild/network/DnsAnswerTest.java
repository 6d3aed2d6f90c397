// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class DnsAnswerTest {
    private static Optional<DnsAnswer> read(byte[] message) {
        return DnsAnswer.read(ByteBuffer.wrap(message), 0, message.length);
    }

    private static DnsAnswer answer(String name, String... addresses) {
        return new DnsAnswer(name, Arrays.stream(addresses).map(Frames::address).toList());
    }

    @Test
    void anAnswerHasTheAddressesOfItsName() {
        assertThat(read(Frames.dns("a.Example", List.of(), "192.0.2.1", "192.0.2.2")))
                .contains(answer("a.example", "192.0.2.1", "192.0.2.2"));
    }

    @Test
    void aliasesAreFollowed() {
        assertThat(read(Frames.dns("a.example", List.of("b.example", "c.cdn.example"), "192.0.2.1")))
                .contains(answer("a.example", "192.0.2.1"));
    }

    @Test
    void addressesOfOtherNamesDoNotCount() {
        byte[] message = Frames.dns("a.example", List.of("b.example"), "192.0.2.1");
        // The alias is one of "x.example" now: no answer to the question.
        int owner = 12 + 11 + 4;
        assertThat(read(Frames.with(message, owner + 1, 'x'))).contains(answer("a.example"));
    }

    @Test
    void onlyAnswersWithoutErrorsToQuestionsForAddressesCount() {
        byte[] message = Frames.dns("a.example", List.of(), "192.0.2.1");
        assertThat(read(Frames.with(message, 2, 0x01))).isEmpty();
        assertThat(read(Frames.with(message, 3, 0x83))).isEmpty();
        assertThat(read(Frames.with(message, 5, 2))).isEmpty();
        assertThat(read(Frames.with(message, 12 + 11 + 1, 28))).isEmpty();
        assertThat(read(Frames.with(message, 6, 0xFF))).isEmpty();
    }

    @Test
    void aDotInsideALabelSeparatesNothing() {
        byte[] message = Frames.dns("aXexample.test", List.of(), "192.0.2.1");
        assertThat(read(Frames.with(message, 14, '.')))
                .hasValueSatisfying(answer -> assertThat(answer.name()).isEqualTo("a?example.test"));
    }

    @Test
    void namesMayContinueEarlierOnly() {
        ByteBuffer message = ByteBuffer.wrap(Frames.dns("a.example", List.of(), "192.0.2.1"));
        byte[] compressed = new byte[12 + 11 + 4 + 2 + 14];
        message.get(compressed, 0, 27);
        compressed[27] = (byte) 0xC0;
        compressed[28] = 12;
        message.get(27 + 11, compressed, 29, 14);
        assertThat(read(compressed)).contains(answer("a.example", "192.0.2.1"));
        assertThat(read(Frames.with(compressed, 28, 27))).isEmpty();
        assertThat(read(Frames.with(compressed, 28, 40))).isEmpty();
    }

    @Test
    @Timeout(20)
    void noMessageBreaksIt() {
        Random random = new Random(7);
        byte[] good = Frames.dns("a.example", List.of("b.example"), "192.0.2.1", "192.0.2.2");
        for (int i = 0; i < 100_000; i++) {
            byte[] message = good.clone();
            for (int changes = random.nextInt(6); changes >= 0; changes--) {
                message[random.nextInt(message.length)] = (byte) (random.nextBoolean() ? 0xC0 : random.nextInt());
            }
            assertThat(read(Arrays.copyOf(message, random.nextInt(message.length + 1))))
                    .isNotNull();
        }
    }
}
