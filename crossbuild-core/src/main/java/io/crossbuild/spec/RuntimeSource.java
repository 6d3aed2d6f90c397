// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.spec;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * How it is known which files a program opens at run time, apart from {@link io.crossbuild.closure.HintGroup}; users
 * select them together with the groups.
 */
public enum RuntimeSource {
    /** crossbuild's rules: what a program does not start without, or not do its plain work. */
    RULES,
    /** What rules only suggest, such as plugins that few uses need; and libraries that are opened by name. */
    PLUGINS,
    /** The Debian packages of the program and its libraries, and the packages that these depend on. */
    PACKAGES,
    /** What lines with {@code #@ trace} read: then only what was read of selected directories is extracted. */
    TRACED;

    /** The name in configuration, such as "packages". */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The source of a name in configuration, in any case. */
    public static Optional<RuntimeSource> of(String text) {
        return Arrays.stream(values())
                .filter(s -> s.text().equals(text.strip().toLowerCase(Locale.ROOT)))
                .findFirst();
    }
}
