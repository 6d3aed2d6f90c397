// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.closure;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Why a file is in a closure.
 *
 * @param requester path of the object that asked for it; null for a program or addon, which the user asked for
 * @param name the name it was asked for by, such as "libc.so.6"
 * @param rule how the name led to the file
 * @param source where the rule's directory comes from: the path of the object that has the RPATH, the path of the cache,
 *     the system directory; null where the rule says it all
 */
public record OpenReason(
        @Nullable String requester,
        String name,
        SearchRule rule,
        @Nullable String source) {

    /** The one that a record gets is made when it is first called, which delays a cold start. */
    @Override
    public int hashCode() {
        return (Objects.hashCode(requester) * 31 + name.hashCode()) * 31 + rule.hashCode();
    }

    /** As {@link #hashCode}. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof OpenReason that
                && Objects.equals(requester, that.requester)
                && name.equals(that.name)
                && rule == that.rule
                && Objects.equals(source, that.source);
    }

    /** One phrase for people, such as "libz.so.1 for /usr/bin/git by ld.so.cache". */
    public String describe() {
        StringBuilder text = new StringBuilder();
        if (requester == null) {
            return text.append(rule.text()).toString();
        }
        text.append(name).append(" for ").append(requester).append(" by ").append(rule.text());
        if (source != null && !source.equals(requester)) {
            text.append(" of ").append(source);
        }
        return text.toString();
    }
}
