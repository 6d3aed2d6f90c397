// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.closure;

import org.jspecify.annotations.Nullable;

/**
 * An addon, or a library to be preloaded, that was left out of the resolution.
 *
 * @param why what it is, such as "for AArch64", for people
 */
public record SkippedFile(String path, Cause cause, String why) {
    /** The one that a record gets is made when it is first called, which delays a cold start. */
    @Override
    public int hashCode() {
        return path.hashCode() * 31 + cause.hashCode();
    }

    /** As {@link #hashCode}. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SkippedFile that
                && path.equals(that.path)
                && cause == that.cause
                && why.equals(that.why);
    }

    /** Why it plays no part. */
    public enum Cause {
        /** For another processor, word size or byte order than the program: a prebuilt file for another system. */
        OTHER_MACHINE,
        /** For another C library than the one that the program runs with. */
        OTHER_LIBC,
        /** No dynamic section: a static program, or a file with debug information only. */
        STATIC,
        /** Neither a program nor a shared object, or it cannot be read as one. */
        NOT_LOADABLE
    }
}
