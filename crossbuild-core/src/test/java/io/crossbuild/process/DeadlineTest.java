// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DeadlineTest {
    @Test
    void aPastDeadlineHasExpired() {
        Deadline deadline = Deadline.after(Duration.ofSeconds(-5));
        assertThat(deadline.isExpired()).isTrue();
        assertThat(deadline.remaining()).isZero();
        assertThat(deadline.remainingMillis()).isEqualTo(1);
    }

    @Test
    void anEndlessDurationDoesNotOverflow() {
        Deadline deadline = Deadline.after(Duration.ofSeconds(Long.MAX_VALUE));
        assertThat(deadline.isExpired()).isFalse();
        assertThat(deadline.remainingMillis()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void anEndlessNegativeDurationDoesNotOverflow() {
        assertThat(Deadline.after(Duration.ofSeconds(Long.MIN_VALUE)).isExpired())
                .isTrue();
    }

    @Test
    void theEarlierOfTwoCounts() {
        Deadline deadline = Deadline.after(Duration.ofSeconds(10));
        assertThat(deadline.atMost(Duration.ofSeconds(60))).isSameAs(deadline);
        assertThat(deadline.atMost(Duration.ofSeconds(1)).remaining()).isLessThanOrEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void theTextIsForMessages() {
        assertThat(Deadline.after(Duration.ofMinutes(2))).hasToString("120 s");
        assertThat(Deadline.after(Duration.ofMillis(1500))).hasToString("1500 ms");
    }
}
