// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso.hint;

import io.crossbuild.closure.Hint;
import io.crossbuild.closure.HintGroup;
import io.crossbuild.closure.Priority;
import io.crossbuild.error.CrossbuildException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Certificates and configuration. OpenSSL has its directories in its own strings ({@code OPENSSLDIR}), in libcrypto or
 * in a program that includes it, such as some builds of node.
 */
final class TlsHints implements HintSource {
    private static final String DEBIAN_BUNDLE = "/etc/ssl/certs/ca-certificates.crt";
    private static final String[] LIBRARIES = {
        "libssl.so", "libcrypto.so", "libgnutls.so", "libnss3.so", "libmbedtls.so"
    };

    @Override
    public List<Hint> find(HintContext context) throws IOException, CrossbuildException {
        List<Hint> hints = new ArrayList<>();
        Set<String> bundles = new LinkedHashSet<>();
        for (String library : LIBRARIES) {
            if (context.object(library).isPresent()) {
                bundles.addAll(context.existing(DEBIAN_BUNDLE));
            }
        }
        for (String object : context.objects().keySet()) {
            Set<String> texts = context.texts(object);
            Optional<String> directory = quoted(texts, "OPENSSLDIR");
            if (directory.isPresent()) {
                bundles.addAll(context.existing(
                        directory.get() + "/cert.pem", directory.get() + "/certs/ca-certificates.crt"));
                List<String> configuration = context.existing(directory.get() + "/openssl.cnf");
                if (!configuration.isEmpty()) {
                    hints.add(Hint.files(
                            HintGroup.TLS,
                            Priority.RECOMMENDED,
                            configuration,
                            "configuration of OpenSSL in " + object));
                }
                Optional<String> modules = quoted(texts, "MODULESDIR");
                List<String> files = modules.isEmpty() ? List.of() : context.filesIn(modules.get(), ".so");
                if (!files.isEmpty()) {
                    hints.add(new Hint(
                            HintGroup.TLS,
                            Priority.SUGGESTED,
                            List.of(),
                            List.of(),
                            files,
                            List.of(),
                            "providers of OpenSSL in " + object));
                }
            }
        }
        if (!bundles.isEmpty()) {
            hints.add(
                    0,
                    Hint.files(
                            HintGroup.TLS,
                            Priority.RECOMMENDED,
                            List.copyOf(bundles),
                            "certificates of trusted authorities"));
        }
        return hints;
    }

    private static Optional<String> quoted(Set<String> texts, String name) {
        return texts.stream()
                .filter(t -> t.startsWith(name + ": \""))
                .map(t -> t.substring(name.length() + 3, t.length() - 1))
                .findFirst();
    }
}
