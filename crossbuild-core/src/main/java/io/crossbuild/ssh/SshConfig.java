// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ssh;

import com.hierynomus.sshj.key.KeyAlgorithms;
import com.hierynomus.sshj.transport.cipher.BlockCiphers;
import com.hierynomus.sshj.transport.mac.Macs;
import java.security.GeneralSecurityException;
import java.util.List;
import net.schmizz.keepalive.KeepAliveProvider;
import net.schmizz.sshj.Config;
import net.schmizz.sshj.ConfigImpl;
import net.schmizz.sshj.common.LoggerFactory;
import net.schmizz.sshj.common.SecurityUtils;
import net.schmizz.sshj.signature.Signature;
import net.schmizz.sshj.transport.cipher.Cipher;
import net.schmizz.sshj.transport.compression.NoneCompression;
import net.schmizz.sshj.transport.kex.Curve25519DH;
import net.schmizz.sshj.transport.kex.Curve25519SHA256;
import net.schmizz.sshj.transport.mac.MAC;
import net.schmizz.sshj.transport.random.JCERandom;
import net.schmizz.sshj.transport.random.SingletonRandomFactory;
import org.slf4j.Logger;
import org.slf4j.helpers.NOPLogger;

/**
 * One algorithm of each kind: those that are cheap for an emulated processor. Both ends are of our making, so there is
 * nothing to negotiate, and sshj's own default, which tries out some sixty algorithms first, costs more than the handshake.
 */
final class SshConfig {
    private SshConfig() {}

    static Config create() {
        // All that is used here comes with the JVM; to set up another provider takes longer than to connect.
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

    /** Uses each algorithm once: what a JVM does for the first use takes longer than the use. */
    static void exercise() {
        Config config = create();
        byte[] zeros = new byte[64];
        try {
            new Curve25519DH().init(null, config.getRandomFactory());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM lacks X25519, which every JVM from 11 on has", e);
        }
        config.getCipherFactories().get(0).create().init(Cipher.Mode.Encrypt, zeros, zeros);
        MAC mac = config.getMACFactories().get(0).create();
        mac.init(zeros);
        mac.doFinal(zeros);
        Signature signature = config.getKeyAlgorithms().get(0).create().newSignature();
        signature.initSign(SshKeyPair.generate().keys().getPrivate());
        signature.update(zeros);
        signature.sign();
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
