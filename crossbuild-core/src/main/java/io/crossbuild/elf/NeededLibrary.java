// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.elf;

/**
 * A name that an object requests from the loader.
 *
 * @param name as stored: it may contain tokens such as {@code $ORIGIN}
 */
public record NeededLibrary(Kind kind, String name) {
    /** The dynamic tag that has the name. */
    public enum Kind {
        /** {@code DT_NEEDED}. */
        NEEDED,
        /** {@code DT_AUXILIARY}: used when it can be loaded, ignored otherwise. */
        AUXILIARY,
        /** {@code DT_FILTER}: searched for symbols before the object itself. */
        FILTER
    }
}
