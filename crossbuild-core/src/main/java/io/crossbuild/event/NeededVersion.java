// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.event;

/**
 * A version of symbols that a file needs from a library.
 *
 * @param library whose version it is
 * @param version its number, such as "2.34"; a version without one is as it is named
 * @param symbol what needs it, such as "pthread_create@GLIBC_2.34", or only the version if no symbol does
 * @param file path in the guest
 */
public record NeededVersion(Library library, String version, String symbol, String file) {

    /** A library with versions of symbols, by the word with which their names begin. */
    public enum Library {
        /** The C library. */
        GLIBC,
        /** The C++ library. */
        GLIBCXX,
        /** The part of the C++ library that compilers call. */
        CXXABI,
        /** GCC's support library, libgcc_s. */
        GCC
    }
}
