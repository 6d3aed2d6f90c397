// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.net;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A response body that is read with a deadline for every piece. The JDK's own body stream has no deadline and turns an
 * interrupt into an IOException.
 */
final class StallGuardedBody implements BodySubscriber<StallGuardedBody>, AutoCloseable {
    /** A message from the connection: some bytes, the end (no bytes, no failure) or a failure. */
    private record Signal(List<ByteBuffer> bytes, @Nullable Throwable failure) {}

    private final CompletableFuture<StallGuardedBody> self = CompletableFuture.completedFuture(this);
    private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
    private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();

    @Override
    public CompletionStage<StallGuardedBody> getBody() {
        return self;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        if (!subscription.complete(given)) {
            given.cancel();
            return;
        }
        given.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> bytes) {
        signals.add(new Signal(bytes, null));
    }

    @Override
    public void onError(Throwable failure) {
        signals.add(new Signal(List.of(), failure));
    }

    @Override
    public void onComplete() {
        signals.add(new Signal(List.of(), null));
    }

    /**
     * The next bytes.
     *
     * @return an empty list at the end
     * @throws HttpTimeoutException when none arrived in time
     */
    List<ByteBuffer> next(Duration atMost) throws IOException, InterruptedException {
        Signal signal = signals.poll(atMost.toNanos(), TimeUnit.NANOSECONDS);
        if (signal == null) {
            throw new HttpTimeoutException("no data for " + atMost.toSeconds() + " s");
        }
        if (signal.failure() != null) {
            throw new IOException(signal.failure().getMessage(), signal.failure());
        }
        if (!signal.bytes().isEmpty()) {
            // Only now, so that at most two pieces are held.
            subscription.join().request(1);
        }
        return signal.bytes();
    }

    /** Ends the transfer; the connection is closed unless the body was read to its end. */
    @Override
    public void close() {
        var unused = subscription.thenAccept(Flow.Subscription::cancel);
    }
}
