// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildEvent.Transfer.State;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.aether.DefaultRepositorySystemSession;
import org.eclipse.aether.transfer.AbstractTransferListener;
import org.eclipse.aether.transfer.TransferEvent;
import org.junit.jupiter.api.Test;

class MavenTransfersTest {
    private static final URI PACKAGE = URI.create("http://localhost/debian/pool/main/g/gcc/gcc_1.deb");

    private final List<String> seen = new ArrayList<>();
    private final DefaultRepositorySystemSession session = new DefaultRepositorySystemSession();

    private final class Recorder extends AbstractTransferListener {
        private void add(TransferEvent event) {
            seen.add(event.getType() + " " + event.getResource().getRepositoryUrl() + " "
                    + event.getResource().getResourceName() + " " + event.getTransferredBytes() + "/"
                    + event.getResource().getContentLength());
        }

        @Override
        public void transferInitiated(TransferEvent event) {
            add(event);
        }

        @Override
        public void transferStarted(TransferEvent event) {
            add(event);
        }

        @Override
        public void transferProgressed(TransferEvent event) {
            add(event);
        }

        @Override
        public void transferSucceeded(TransferEvent event) {
            add(event);
        }

        @Override
        public void transferFailed(TransferEvent event) {
            add(event);
        }
    }

    @Test
    void transfersKeepTheSequenceThatMavenKnows() {
        session.setTransferListener(new Recorder());
        MavenTransfers transfers = new MavenTransfers(session);
        transfers.onEvent(new BuildEvent.Transfer(State.STARTED, PACKAGE, 0, 10));
        transfers.onEvent(new BuildEvent.Transfer(State.PROGRESSED, PACKAGE, 4, 10));
        transfers.onEvent(new BuildEvent.Transfer(State.SUCCEEDED, PACKAGE, 10, 10));
        String of = " http://localhost/debian/ pool/main/g/gcc/gcc_1.deb ";
        assertThat(seen)
                .containsExactly(
                        "INITIATED" + of + "0/10",
                        "STARTED" + of + "0/10",
                        "PROGRESSED" + of + "4/10",
                        "SUCCEEDED" + of + "10/10");
    }

    @Test
    void addressesWithoutAnArchiveAreShownWhole() {
        session.setTransferListener(new Recorder());
        new MavenTransfers(session)
                .onEvent(new BuildEvent.Transfer(State.FAILED, URI.create("http://localhost:81/a/b"), 0, -1));
        assertThat(seen).containsExactly("FAILED http://localhost:81/ a/b 0/-1");
    }

    @Test
    void sessionsMayHaveNoListener() {
        new MavenTransfers(session).onEvent(new BuildEvent.Transfer(State.STARTED, PACKAGE, 0, 10));
        assertThat(seen).isEmpty();
    }
}
