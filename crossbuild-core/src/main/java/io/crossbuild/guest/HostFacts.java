// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

import io.crossbuild.net.ProxyForwarder;
import io.crossbuild.net.ProxyRoute;
import io.crossbuild.net.TrustedCertificates;
import io.crossbuild.process.Deadline;
import io.crossbuild.spec.HttpProxy;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What lets programs in a guest trust the certificates that the host trusts, and reach what the host can reach.
 * It appears in no file of an environment.
 */
final class HostFacts {
    private final CompletableFuture<byte[]> certificates;
    private final @Nullable HttpProxy proxy;

    private HostFacts(CompletableFuture<byte[]> certificates, @Nullable HttpProxy proxy) {
        this.certificates = certificates;
        this.proxy = proxy;
    }

    /**
     * Collects them in another thread while the machine starts.
     *
     * @param proxy the host's proxy, if there is one
     */
    static HostFacts collect(@Nullable HttpProxy proxy) {
        CompletableFuture<byte[]> certificates = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> certificates.completeAsync(TrustedCertificates::pem, Runnable::run), "crossbuild-certificates");
        thread.setDaemon(true);
        thread.start();
        return new HostFacts(certificates, proxy);
    }

    /**
     * The same for a machine that must not learn the proxy's password, which its guest could print, keep or send
     * elsewhere: the proxy is a forwarder of this process.
     *
     * @param end completes when the machine has ended, and with it what the host does for it
     */
    HostFacts withoutPassword(CompletableFuture<?> end) throws IOException {
        if (proxy == null || proxy.password() == null) {
            return this;
        }
        ProxyForwarder forwarder = ProxyForwarder.open(proxy);
        var unused = end.whenComplete((status, failure) -> forwarder.close());
        return new HostFacts(certificates, forwarder.asProxy());
    }

    /** The proxy that programs in the guest use, if there is one. */
    @Nullable HttpProxy proxy() {
        return proxy;
    }

    void tell(GuestPorts ports, Deadline deadline) throws IOException, InterruptedException {
        if (proxy != null) {
            for (Map.Entry<String, String> variable :
                    new ProxyRoute(proxy).variables(GuestFacts.HOST).entrySet()) {
                ports.tell("proxy", variable.getKey() + "=" + variable.getValue(), deadline);
            }
        }
        ports.tell("certificates", certificates.join(), deadline);
    }
}
