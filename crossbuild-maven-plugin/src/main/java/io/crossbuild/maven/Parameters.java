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
 * The parameters of a goal: the value on the command line, or else in the POM, or else the default.
 *
 * <p>Maven itself prefers the POM to {@code -D}, so this class reads the command line first. An invalid value becomes a
 * problem and is replaced by a valid one until {@link #problems} are thrown.
 */
final class Parameters {
    private static final String PREFIX = "crossbuild.";

    private final Properties userProperties;
    private final String pom;
    private final Path baseDirectory;
    private final Problems problems = new Problems();

    /**
     * @param userProperties the properties that the user set with {@code -D}
     * @param pom the POM's name in messages
     * @param baseDirectory the directory to which relative paths are relative
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

    /** The POM's name in messages. */
    String pom() {
        return pom;
    }

    /** The name of a parameter's source in messages. */
    String source(String name) {
        return fromCommandLine(name) == null ? pom : "-D" + PREFIX + name;
    }

    /** The value on the command line, if any; an empty value is ignored. */
    @Nullable String fromCommandLine(String name) {
        String value = userProperties.getProperty(PREFIX + name);
        return value == null || value.isBlank() ? null : value.strip();
    }

    /** The first value that is set: the one on the command line, then those in the POM in the given order. */
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

    /** A text that must be valid. */
    <T> Optional<T> parsed(
            String name, Function<String, Optional<T>> parser, String expected, @Nullable String... ofPom) {
        Optional<String> text = text(name, ofPom);
        Optional<T> value = text.flatMap(parser);
        if (text.isPresent() && value.isEmpty()) {
            wrong(name, "'" + text.get() + "' (expected " + expected + ")", null);
        }
        return value;
    }

    /** A size in bytes with a lower limit. */
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

    /** A number from 1. */
    int count(String name, @Nullable String ofPom) {
        return parsed(
                        name,
                        text -> text.matches("[1-9]\\d{0,8}") ? Optional.of(Integer.parseInt(text)) : Optional.empty(),
                        "a number from 1 to 999999999",
                        ofPom)
                .orElse(1);
    }

    Duration duration(String name, @Nullable String ofPom) {
        return parsed(name, text -> TimeSpan.parse(text).filter(span -> !span.isZero()), TimeSpan.EXPECTED, ofPom)
                .orElse(Duration.ofSeconds(1));
    }

    Optional<Path> path(String name, @Nullable File ofPom) {
        return parsed(name, this::path, "a path", ofPom == null ? null : ofPom.getPath());
    }

    /** One path of a list, wherever it was written; an invalid one becomes a problem. */
    Optional<Path> pathOf(String name, String text) {
        Optional<Path> path = path(text.strip());
        if (path.isEmpty()) {
            wrong(name, "'" + text + "' (expected a path)", null);
        }
        return path;
    }

    private Optional<Path> path(String text) {
        try {
            return Optional.of(baseDirectory.resolve(text).toAbsolutePath().normalize());
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /** Comma-separated values on the command line; null if there are none. */
    @Nullable List<String> listFromCommandLine(String name) {
        String given = fromCommandLine(name);
        return given == null
                ? null
                : Arrays.stream(given.split(",", -1))
                        .map(String::strip)
                        .filter(item -> !item.isEmpty())
                        .toList();
    }

    /** Comma-separated {@code name=value} pairs on the command line; null if there are none. */
    @Nullable Map<String, String> mapFromCommandLine(String name) {
        List<String> items = listFromCommandLine(name);
        if (items == null) {
            return null;
        }
        Map<String, String> map = new LinkedHashMap<>();
        for (String item : items) {
            int equals = item.indexOf('=');
            if (equals < 1) {
                wrong(name, "'" + item + "' (expected name=value pairs, separated by commas)", null);
            } else {
                map.put(item.substring(0, equals), item.substring(equals + 1));
            }
        }
        return map;
    }

    /** Records a problem that someone else found in a parameter. */
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
