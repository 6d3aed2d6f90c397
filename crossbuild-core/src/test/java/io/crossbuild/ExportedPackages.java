// SPDX-License-Identifier: Apache-2.0
package io.crossbuild;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;

/** The packages that the library's module descriptor exports to everyone. */
final class ExportedPackages {
    private ExportedPackages() {}

    /** The directory of the library's classes. */
    static Path classes() throws URISyntaxException {
        return Path.of(Crossbuild.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    }

    static Set<String> names() throws URISyntaxException, IOException {
        // Other modules on the class path have a descriptor too: this is the one beside the library's classes.
        try (InputStream compiled = Files.newInputStream(classes().resolve("module-info.class"))) {
            return ModuleDescriptor.read(compiled).exports().stream()
                    .filter(e -> !e.isQualified())
                    .map(ModuleDescriptor.Exports::source)
                    .collect(Collectors.toUnmodifiableSet());
        }
    }
}
