// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import io.crossbuild.config.ByteCount;
import io.crossbuild.config.TimeSpan;
import io.crossbuild.error.Advice;
import io.crossbuild.error.ConfigException;
import java.io.File;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a goal: the command line's value, else the POM's, else the default.
 *
 * <p>Maven itself prefers a value in the POM to {@code -D}; so the command line is asked here first. A value that cannot
 * be used becomes a problem, and something takes its place until {@link #problems} are thrown.
 */
final class Parameters {
    private static final String PREFIX = "crossbuild.";

    private final Properties userProperties;
    private final String pom;
    private final Path baseDirectory;
    private final Problems problems = new Problems();

    /**
     * @param userProperties what the user gave with {@code -D}
     * @param pom what to call the POM in messages
     * @param baseDirectory what relative paths are relative to
     */
    Parameters(Properties userProperties, String pom, Path baseDirectory) {
        this.userProperties = userProperties;
        this.pom = pom;
        this.baseDirectory = baseDirectory;
    }

    Problems problems() {
        return problems;
    }

    Path baseDirectory() {
        return baseDirectory;
    }

    /** What to call the POM. */
    String pom() {
        return pom;
    }

    /** What to call the place that a parameter's value comes from. */
    String source(String name) {
        return fromCommandLine(name) == null ? pom : "-D" + PREFIX + name;
    }

    /** The command line's value, if it gives one; an empty one counts as none. */
    @Nullable String fromCommandLine(String name) {
        String value = userProperties.getProperty(PREFIX + name);
        return value == null || value.isBlank() ? null : value.strip();
    }

    /** The first that is set of: the command line's value, those of the POM in their order. */
    Optional<String> text(String name, @Nullable String... ofPom) {
        String given = fromCommandLine(name);
        return given != null
                ? Optional.of(given)
                : Arrays.stream(ofPom)
                        .filter(value -> value != null && !value.isBlank())
                        .map(String::strip)
                        .findFirst();
    }

    boolean flag(String name, boolean ofPom) {
        String given = fromCommandLine(name);
        return given == null ? ofPom : Boolean.parseBoolean(given);
    }

    /** A text that must mean something. */
    <T> Optional<T> parsed(
            String name, Function<String, Optional<T>> parser, String expected, @Nullable String... ofPom) {
        Optional<String> text = text(name, ofPom);
        Optional<T> value = text.flatMap(parser);
        if (text.isPresent() && value.isEmpty()) {
            wrong(name, "'" + text.get() + "' (expected " + expected + ")", null);
        }
        return value;
    }

    /** A size in bytes that is not below a limit. */
    long bytes(String name, long least, String leastText, @Nullable String ofPom) {
        return parsed(
                        name,
                        text -> {
                            OptionalLong bytes = ByteCount.parse(text);
                            return bytes.isPresent() && bytes.getAsLong() >= least
                                    ? Optional.of(bytes.getAsLong())
                                    : Optional.empty();
                        },
                        ByteCount.EXPECTED + ", at least " + leastText,
                        ofPom)
                .orElse(least);
    }

    Duration duration(String name, @Nullable String ofPom) {
        return parsed(name, text -> TimeSpan.parse(text).filter(span -> !span.isZero()), TimeSpan.EXPECTED, ofPom)
                .orElse(Duration.ofSeconds(1));
    }

    Optional<Path> path(String name, @Nullable File ofPom) {
        return parsed(
                name,
                text -> {
                    try {
                        return Optional.of(
                                baseDirectory.resolve(text).toAbsolutePath().normalize());
                    } catch (InvalidPathException e) {
                        return Optional.empty();
                    }
                },
                "a path",
                ofPom == null ? null : ofPom.getPath());
    }

    /** The command line's comma-separated values; null when it gives none. */
    @Nullable List<String> listFromCommandLine(String name) {
        String given = fromCommandLine(name);
        return given == null
                ? null
                : Arrays.stream(given.split(",", -1))
                        .map(String::strip)
                        .filter(item -> !item.isEmpty())
                        .toList();
    }

    /** The command line's comma-separated {@code name=value} pairs; null when it gives none. */
    @Nullable Map<String, String> mapFromCommandLine(String name) {
        List<String> items = listFromCommandLine(name);
        if (items == null) {
            return null;
        }
        Map<String, String> map = new LinkedHashMap<>();
        for (String item : items) {
            int equals = item.indexOf('=');
            if (equals < 1) {
                wrong(name, "'" + item + "' (expected name=value, with a comma between two of them)", null);
            } else {
                map.put(item.substring(0, equals), item.substring(equals + 1));
            }
        }
        return map;
    }

    /** Keeps what another reader found wrong with a parameter. */
    void wrong(String name, ConfigException found) {
        found.problems().forEach(text -> add(name, text, found.advice()));
    }

    void wrong(String name, String text, @Nullable Advice advice) {
        add(name, text, advice == null ? List.of() : List.of(advice));
    }

    private void add(String name, String text, List<Advice> advice) {
        boolean inPom = fromCommandLine(name) == null;
        problems.add(source(name), inPom ? "<" + name + "> " + text : text, advice);
    }
}
