// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.closure;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A path that was tried and not taken.
 *
 * @param path as tried
 * @param rule the rule that led there
 * @param source see {@link OpenReason#source}
 * @param refusal why it was not taken
 * @param detail what was found there, for people
 */
public record ProbedPath(
        String path, SearchRule rule, @Nullable String source, Refusal refusal, String detail) {

    /** The one that a record gets is made when it is first called, which delays a cold start. */
    @Override
    public int hashCode() {
        return path.hashCode() * 31 + rule.hashCode();
    }

    /** As {@link #hashCode}. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ProbedPath that
                && path.equals(that.path)
                && rule == that.rule
                && Objects.equals(source, that.source)
                && refusal == that.refusal
                && detail.equals(that.detail);
    }

    /** Why a path was not taken. */
    public enum Refusal {
        /** Nothing there. */
        MISSING(false),
        /** A symbolic link on the way leads to nothing. */
        DANGLING_LINK(false),
        /** A component of the path is not a directory. */
        NOT_A_DIRECTORY(false),
        /** Too many symbolic links. */
        LINK_LOOP(true),
        /** For the other word size; glibc goes on searching. */
        OTHER_CLASS(false),
        /** For another processor or another ABI of this one; glibc goes on searching. */
        OTHER_MACHINE(false),
        /** The directory is excluded: the requester has {@code DF_1_NODEFLIB}. */
        EXCLUDED(false),
        /** A path list element whose token has no value. */
        UNKNOWN_TOKEN(false),
        /** Secure execution: the file must have its set-user-ID bit. */
        NOT_SECURE(false),
        /** Not a file that can be loaded; the loader gives up. */
        NOT_LOADABLE(true);

        private final boolean fatal;

        Refusal(boolean fatal) {
            this.fatal = fatal;
        }

        /** Whether glibc's search ends here with an error instead of going on. */
        public boolean isFatal() {
            return fatal;
        }
    }
}
