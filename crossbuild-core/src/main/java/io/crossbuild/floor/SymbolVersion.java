// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.floor;

import io.crossbuild.event.NeededVersion.Library;
import io.crossbuild.spec.LibraryVersion;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The name of a version of symbols of one of the libraries that every system has.
 *
 * @param name such as "GLIBC_2.34"
 * @param number the 2.34 of it; null for a name without a number, such as "GLIBC_PRIVATE"
 */
record SymbolVersion(String name, Library library, @Nullable LibraryVersion number) {

    /** Empty for a version of any other library, and of parts of libstdc++ whose versions have no number. */
    static Optional<SymbolVersion> of(String name, SystemTable table) {
        int end = name.indexOf('_');
        if (end < 0) {
            return Optional.empty();
        }
        String text = name.substring(end + 1);
        Optional<LibraryVersion> number = LibraryVersion.parse(text).or(() -> table.marker(name));
        return switch (name.substring(0, end)) {
            case "GLIBC" -> Optional.of(new SymbolVersion(name, Library.GLIBC, number.orElse(null)));
            case "GLIBCXX" -> number.map(n -> new SymbolVersion(name, Library.GLIBCXX, n));
            case "CXXABI" -> number.map(n -> new SymbolVersion(name, Library.CXXABI, n));
            case "GCC" -> number.map(n -> new SymbolVersion(name, Library.GCC, n));
            default -> Optional.empty();
        };
    }

    /** The number, or the name if there is none. */
    String text() {
        return number == null ? name : number.text();
    }
}
