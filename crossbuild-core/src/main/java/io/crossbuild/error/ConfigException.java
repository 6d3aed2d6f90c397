// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.error;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Invalid configuration: a parameter, config.json or build.txt. Contains every problem found, not only the first. */
public final class ConfigException extends CrossbuildException {
    private static final long serialVersionUID = 1L;

    private final String source;
    private final transient List<String> problems;

    /**
     * Problems with at most one piece of advice.
     *
     * @param source what was read, such as the path of config.json
     * @param problems one sentence each, in the message form of {@link CrossbuildException}; not empty
     * @param advice what the user can do about them; null if nothing is known
     */
    public ConfigException(String source, List<String> problems, @Nullable Advice advice) {
        this(problems, source, advice == null ? List.of() : List.of(advice));
    }

    private ConfigException(List<String> problems, String source, List<Advice> advice) {
        super(message(source, problems), advice, null, null);
        this.source = source;
        this.problems = List.copyOf(problems);
    }

    /**
     * Combines the problems found by several readers, each of which may have given advice.
     *
     * @param source what was read, such as the path of config.json
     * @param problems one sentence each, in the message form of {@link CrossbuildException}; not empty
     * @param advice what the user can do about them; may be empty
     */
    public static ConfigException of(String source, List<String> problems, List<Advice> advice) {
        return new ConfigException(problems, source, advice);
    }

    /** What was read, such as the path of config.json. */
    public String source() {
        return source;
    }

    /** Every problem, in the order of the source. */
    public List<String> problems() {
        return problems;
    }

    private static String message(String source, List<String> problems) {
        if (problems.size() == 1) {
            return "Cannot use '" + source + "': " + problems.get(0);
        }
        return "Cannot use '" + source + "': " + problems.size() + " problems\n  " + String.join("\n  ", problems);
    }
}
