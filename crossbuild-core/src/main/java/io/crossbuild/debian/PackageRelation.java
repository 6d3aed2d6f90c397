// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import io.crossbuild.error.MalformedInputException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One package name in a relationship field, with the range of versions (Debian Policy 7.1).
 *
 * @param qualifier what follows the name after a colon: "any", "native" or an architecture; null for none
 * @param range the range of versions; null for all
 */
public record PackageRelation(
        String name, @Nullable String qualifier, @Nullable Range range) {

    // Policy 5.6.7 requires lower case, but the archive has had other names.
    private static final Pattern FORM = Pattern.compile("([A-Za-z0-9][A-Za-z0-9+.-]*)(?::([a-z0-9-]+))?"
            + "(?:\\s*\\(\\s*(<<|<=|=|>=|>>|<|>)\\s*([^\\s()]+)\\s*\\))?(?:\\s*\\[([^\\]]*)\\])?");

    /** How a version compares to another. */
    public enum Operator {
        EARLIER("<<"),
        EARLIER_OR_EQUAL("<="),
        EQUAL("="),
        LATER_OR_EQUAL(">="),
        LATER(">>");

        private final String symbol;

        Operator(String symbol) {
            this.symbol = symbol;
        }

        boolean holds(int comparison) {
            return switch (this) {
                case EARLIER -> comparison < 0;
                case EARLIER_OR_EQUAL -> comparison <= 0;
                case EQUAL -> comparison == 0;
                case LATER_OR_EQUAL -> comparison >= 0;
                case LATER -> comparison > 0;
            };
        }

        static Operator of(String symbol) {
            return switch (symbol) {
                case "<<" -> EARLIER;
                // The old forms "<" and ">" mean "or equal", as dpkg reads them.
                case "<=", "<" -> EARLIER_OR_EQUAL;
                case "=" -> EQUAL;
                case ">>" -> LATER;
                default -> LATER_OR_EQUAL;
            };
        }
    }

    /** Versions on one side of a version. */
    public record Range(Operator operator, DebianVersion version) {
        public boolean contains(DebianVersion other) {
            return operator.holds(other.compareTo(version));
        }

        @Override
        public String toString() {
            return operator.symbol + " " + version;
        }
    }

    /**
     * Reads one relation.
     *
     * @param architecture Debian's name of the architecture for which a restriction in brackets is evaluated
     * @return empty when the restriction excludes the architecture
     */
    static Optional<PackageRelation> parse(String text, String architecture) throws MalformedInputException {
        Matcher m = FORM.matcher(text.strip());
        if (!m.matches()) {
            throw new MalformedInputException(
                    "relation " + text.strip(), -1, "not of the form 'name[:arch] [(operator version)] [[arch ...]]'");
        }
        if (m.group(5) != null && !isMeant(m.group(5), architecture)) {
            return Optional.empty();
        }
        Range range = m.group(3) == null ? null : new Range(Operator.of(m.group(3)), DebianVersion.parse(m.group(4)));
        return Optional.of(new PackageRelation(m.group(1), m.group(2), range));
    }

    private static boolean isMeant(String restriction, String architecture) {
        boolean listed = false;
        boolean negative = false;
        for (String word : restriction.strip().split("\\s+")) {
            negative |= word.startsWith("!");
            String name = word.startsWith("!") ? word.substring(1) : word;
            listed |= name.equals(architecture)
                    || name.equals("any")
                    || name.equals("linux-any")
                    || name.equals("any-" + architecture);
        }
        return listed != negative;
    }

    /** Whether the relation means a package itself, not something that it provides. */
    boolean meansRealPackage(BinaryPackage candidate, String architecture) {
        if (!candidate.name().equals(name) || (range != null && !range.contains(candidate.version()))) {
            return false;
        }
        if (qualifier == null || qualifier.equals("native")) {
            return true;
        }
        return qualifier.equals("any")
                ? candidate.multiArch() == BinaryPackage.MultiArch.ALLOWED
                : qualifier.equals(architecture);
    }

    /**
     * Whether the relation means something that a package provides: if it has a version, only versioned provisions
     * count.
     */
    boolean meansProvided(BinaryPackage.Provided provided) {
        return provided.name().equals(name)
                && (qualifier == null || qualifier.equals("native"))
                && (range == null || (provided.version() != null && range.contains(provided.version())));
    }

    @Override
    public String toString() {
        return name + (qualifier == null ? "" : ":" + qualifier) + (range == null ? "" : " (" + range + ")");
    }
}
