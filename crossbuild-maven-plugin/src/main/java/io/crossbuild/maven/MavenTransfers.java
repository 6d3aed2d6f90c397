// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.aether.RepositorySystemSession;
import org.eclipse.aether.transfer.TransferCancelledException;
import org.eclipse.aether.transfer.TransferEvent;
import org.eclipse.aether.transfer.TransferListener;
import org.eclipse.aether.transfer.TransferResource;

/**
 * Shows transfers like Maven's own transfers of artifacts: it passes them to Maven's listener, which knows about
 * terminals, {@code -B}, {@code -ntp} and {@code -q}.
 */
final class MavenTransfers implements BuildListener {
    private final RepositorySystemSession session;
    private final Map<URI, TransferResource> running = new ConcurrentHashMap<>();

    MavenTransfers(RepositorySystemSession session) {
        this.session = session;
    }

    @Override
    public void onEvent(BuildEvent event) {
        TransferListener listener = session.getTransferListener();
        if (listener == null || !(event instanceof BuildEvent.Transfer transfer)) {
            return;
        }
        try {
            tell(listener, transfer);
        } catch (TransferCancelledException e) {
            // Maven's listeners never cancel, and the core cannot end a single transfer.
            return;
        }
    }

    private void tell(TransferListener listener, BuildEvent.Transfer transfer) throws TransferCancelledException {
        TransferResource resource = running.computeIfAbsent(transfer.uri(), MavenTransfers::resource);
        resource.setContentLength(transfer.totalBytes());
        TransferEvent.Builder event = new TransferEvent.Builder(session, resource)
                .setRequestType(TransferEvent.RequestType.GET)
                .setTransferredBytes(transfer.doneBytes());
        switch (transfer.state()) {
            case STARTED -> {
                listener.transferInitiated(
                        event.setType(TransferEvent.EventType.INITIATED).build());
                listener.transferStarted(
                        event.setType(TransferEvent.EventType.STARTED).build());
            }
            case PROGRESSED ->
                listener.transferProgressed(
                        event.setType(TransferEvent.EventType.PROGRESSED).build());
            case SUCCEEDED -> {
                running.remove(transfer.uri());
                listener.transferSucceeded(
                        event.setType(TransferEvent.EventType.SUCCEEDED).build());
            }
            case FAILED -> {
                running.remove(transfer.uri());
                listener.transferFailed(event.setType(TransferEvent.EventType.FAILED)
                        .setException(new java.io.IOException("transfer failed"))
                        .build());
            }
        }
    }

    /** Maven shows "from ID: ROOT NAME" in one piece. */
    private static TransferResource resource(URI uri) {
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        String all = uri.toString();
        int split = all.length() - path.length();
        int pool = all.lastIndexOf("/pool/");
        int dists = all.lastIndexOf("/dists/");
        int root = Math.max(pool, dists) < 0 ? split : Math.max(pool, dists);
        String name = all.substring(root).startsWith("/") ? all.substring(root + 1) : all.substring(root);
        return new TransferResource("debian", all.substring(0, all.length() - name.length()), name, null, null);
    }
}
