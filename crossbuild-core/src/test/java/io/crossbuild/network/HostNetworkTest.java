// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class HostNetworkTest {
    private static final List<Integer> LOOPBACK = List.of(Frames.address("127.0.0.1"));

    @Test
    void aNameThisHostKnowsHasItsAddressesAtOnce() {
        assertThat(HostNetwork.ofHost().addresses("127.0.0.1")).isEqualTo(LOOPBACK);
        assertThat(new HostNetwork.Present(name -> LOOPBACK).addresses("a")).isEqualTo(LOOPBACK);
    }

    /** A guest that is blocked again and again would stop its machine, which waits for the filter. */
    @Test
    void aSlowNameServerStopsTheFilterOnlyOnceForAMoment() throws Exception {
        CountDownLatch answered = new CountDownLatch(1);
        AtomicInteger questions = new AtomicInteger();
        HostNetwork host = new HostNetwork.Present(name -> {
            questions.incrementAndGet();
            try {
                answered.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return LOOPBACK;
        });
        for (int i = 0; i < 1000; i++) {
            assertThat(host.addresses("a")).isEmpty();
        }
        answered.countDown();
        while (host.addresses("a").isEmpty()) {
            Thread.sleep(1);
        }
        assertThat(questions).hasValue(1);
    }

    @Test
    void aFailureIsNoAnswer() {
        HostNetwork host = new HostNetwork.Present(name -> {
            throw new IllegalStateException("no name server");
        });
        assertThat(host.addresses("a")).isEmpty();
        assertThat(host.addresses("a")).isEmpty();
    }
}
