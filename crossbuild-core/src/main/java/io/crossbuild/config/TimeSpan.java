// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.config;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Spans of time as users write them: "90s", "10m", "1h 30m", "500ms". */
public final class TimeSpan {
    /** What a span of time looks like, for messages. */
    public static final String EXPECTED = "a time such as 90s, 10m or 2h";

    private static final Pattern PART = Pattern.compile("([0-9]{1,9}) ?(ms|s|m|h|d)");
    private static final Pattern TEXT = Pattern.compile("(?:" + PART.pattern() + " ?)+");

    private TimeSpan() {}

    /**
     * The span that a text means, in upper or lower case; empty when the text is not a span, for example a number
     * without a unit.
     */
    public static Optional<Duration> parse(String text) {
        String lower = text.strip().toLowerCase(Locale.ROOT);
        if (!TEXT.matcher(lower).matches()) {
            return Optional.empty();
        }
        Duration sum = Duration.ZERO;
        Matcher part = PART.matcher(lower);
        while (part.find()) {
            sum = sum.plus(part(Long.parseLong(part.group(1)), part.group(2)));
        }
        return Optional.of(sum);
    }

    private static Duration part(long count, String unit) {
        return switch (unit) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }
}
