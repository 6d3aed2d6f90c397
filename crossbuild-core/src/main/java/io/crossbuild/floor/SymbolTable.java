// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.floor;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What to do about symbols of glibc with a version that is too new: {@code symbols.txt}. */
final class SymbolTable {
    /** Stands for the oldest version on the machine. */
    static final String BASE = "{base}";

    private static final String C23 = "__isoc23_";

    private final List<Row> rows;

    private record Row(String version, List<String> symbols, String replacement) {
        boolean isFor(String name, String symbolVersion) {
            return version.equals(symbolVersion)
                    && symbols.stream()
                            .anyMatch(s ->
                                    s.endsWith("*") ? name.startsWith(s.substring(0, s.length() - 1)) : name.equals(s));
        }
    }

    private SymbolTable(List<Row> rows) {
        this.rows = rows;
    }

    /** The table that crossbuild contains. */
    static SymbolTable builtIn() throws IOException {
        return new SymbolTable(SystemTable.resource("symbols.txt").stream()
                .map(fields -> new Row(fields.get(0), List.of(fields.get(1).split(" ")), fields.get(2)))
                .toList());
    }

    /**
     * What to do instead of using a symbol, as an imperative sentence without a dot in which {@link #text} replaces
     * names in braces.
     *
     * @param symbol a name, or the version itself if no symbol needs it
     * @param version such as "GLIBC_2.34"
     */
    Optional<String> replacement(String symbol, String version) {
        return rows.stream().filter(r -> r.isFor(symbol, version)).findFirst().map(Row::replacement);
    }

    /** @param base the oldest version of glibc's symbols on the machine, such as "2.2.5" */
    static String text(String replacement, String symbol, String base) {
        return replacement
                .replace(BASE, base)
                .replace("{symbol}", symbol)
                .replace("{c17}", symbol.startsWith(C23) ? symbol.substring(C23.length()) : symbol);
    }
}
