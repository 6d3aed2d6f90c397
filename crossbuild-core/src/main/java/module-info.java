// SPDX-License-Identifier: Apache-2.0
/**
 * Runs Linux build commands in a small QEMU virtual machine and brings the results back to the host. Start at
 * {@link io.crossbuild.Crossbuild}.
 */
module io.crossbuild.core {
    requires transitive static org.jspecify;
    requires com.fasterxml.jackson.databind;
    requires java.net.http;
    requires org.slf4j;
    requires org.apache.commons.compress;
    requires org.tukaani.xz;
    requires org.bouncycastle.provider;
    requires org.bouncycastle.pg;
    requires com.hierynomus.sshj;
    requires aircompressor;

    exports io.crossbuild;
    exports io.crossbuild.arch;
    exports io.crossbuild.closure;
    exports io.crossbuild.config;
    exports io.crossbuild.error;
    exports io.crossbuild.event;
    exports io.crossbuild.report;
    exports io.crossbuild.spec;
}
