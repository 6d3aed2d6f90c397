// SPDX-License-Identifier: Apache-2.0
package io.crossbuild;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** The packages that the library's module descriptor exports to everyone. */
final class ExportedPackages {
    private ExportedPackages() {}

    static Set<String> names() {
        try (InputStream compiled = Crossbuild.class.getResourceAsStream("/module-info.class")) {
            return ModuleDescriptor.read(Objects.requireNonNull(compiled)).exports().stream()
                    .filter(e -> !e.isQualified())
                    .map(ModuleDescriptor.Exports::source)
                    .collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
