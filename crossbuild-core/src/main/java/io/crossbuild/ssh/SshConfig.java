// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ssh;

import com.hierynomus.sshj.key.KeyAlgorithms;
import com.hierynomus.sshj.transport.cipher.BlockCiphers;
import com.hierynomus.sshj.transport.mac.Macs;
import java.util.List;
import net.schmizz.keepalive.KeepAliveProvider;
import net.schmizz.sshj.Config;
import net.schmizz.sshj.ConfigImpl;
import net.schmizz.sshj.common.LoggerFactory;
import net.schmizz.sshj.common.SecurityUtils;
import net.schmizz.sshj.transport.compression.NoneCompression;
import net.schmizz.sshj.transport.kex.Curve25519SHA256;
import net.schmizz.sshj.transport.random.JCERandom;
import net.schmizz.sshj.transport.random.SingletonRandomFactory;
import org.slf4j.Logger;
import org.slf4j.helpers.NOPLogger;

/**
 * One algorithm of each kind, cheap for an emulated processor. Both ends are ours, so there is nothing to negotiate,
 * and sshj's default, which first tries about sixty algorithms, costs more than the handshake.
 */
final class SshConfig {
    private SshConfig() {}

    static Config create() {
        // Everything used here comes with the JVM; setting up another provider takes longer than connecting.
        SecurityUtils.setRegisterBouncyCastle(false);
        ConfigImpl config = new ConfigImpl();
        config.setLoggerFactory(new Silence());
        config.setVersion("crossbuild");
        config.setRandomFactory(new SingletonRandomFactory(new JCERandom.Factory()));
        config.setKeyExchangeFactories(List.of(new Curve25519SHA256.Factory()));
        config.setKeyAlgorithms(List.of(KeyAlgorithms.EdDSA25519()));
        config.setCipherFactories(List.of(BlockCiphers.AES128CTR()));
        config.setMACFactories(List.of(Macs.HMACSHA2256()));
        config.setCompressionFactories(List.of(new NoneCompression.Factory()));
        config.setFileKeyProviderFactories(List.of());
        config.setKeepAliveProvider(KeepAliveProvider.HEARTBEAT);
        return config;
    }

    /** sshj logs every packet and, at level info, every normal end. */
    private static final class Silence implements LoggerFactory {
        @Override
        public Logger getLogger(String name) {
            return NOPLogger.NOP_LOGGER;
        }

        @Override
        public Logger getLogger(Class<?> type) {
            return NOPLogger.NOP_LOGGER;
        }
    }
}
