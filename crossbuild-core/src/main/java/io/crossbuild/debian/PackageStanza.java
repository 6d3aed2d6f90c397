// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import io.crossbuild.error.MalformedInputException;
import io.crossbuild.io.Sha256;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the stanza of one package in {@code Packages}. */
final class PackageStanza {
    /** The fields that are read, in lower case; an index keeps no others. */
    static final Set<String> FIELDS = Set.of(
            "package",
            "version",
            "architecture",
            "essential",
            "priority",
            "multi-arch",
            "depends",
            "pre-depends",
            "provides",
            "conflicts",
            "breaks",
            "filename",
            "size",
            "sha256",
            "installed-size");

    /**
     * A relative path of plain names: no empty name, no "." or "..", no character with a special meaning in a URI or a
     * Windows path. Without a repeated group, for which a long path would overflow the stack.
     */
    private static final Pattern FILE =
            Pattern.compile("(?!.*(?:^|/)\\.{1,2}(?:/|$))(?!.*/(?:/|$))[A-Za-z0-9+._~%:@=-][A-Za-z0-9+._~%:@=/-]*");

    private PackageStanza() {}

    static BinaryPackage read(String text, String source, String architecture) throws MalformedInputException {
        ControlFields fields = ControlFields.parse(text, source);
        String name = fields.require("Package");
        String where = source + ", package " + name;
        String file = fields.require("Filename");
        if (!FILE.matcher(file).matches()) {
            throw new MalformedInputException(where, -1, "file name '" + file + "' (expected a path in the archive)");
        }
        String hex = fields.get("SHA256")
                .orElseThrow(() -> new MalformedInputException(where, -1, "no SHA256 digest for the package's file"));
        Sha256 digest = Sha256.parse(hex)
                .orElseThrow(() -> new MalformedInputException(where, -1, "'" + hex + "' is not a SHA-256 digest"));
        List<Dependency> needs = new ArrayList<>();
        needs.addAll(Dependency.parse(fields.get("Pre-Depends").orElse(""), architecture));
        needs.addAll(Dependency.parse(fields.get("Depends").orElse(""), architecture));
        List<PackageRelation> against = new ArrayList<>();
        against.addAll(relations(fields.get("Conflicts").orElse(""), architecture));
        against.addAll(relations(fields.get("Breaks").orElse(""), architecture));
        return new BinaryPackage(
                name,
                DebianVersion.parse(fields.require("Version")),
                fields.require("Architecture"),
                fields.get("Essential").orElse("").equalsIgnoreCase("yes"),
                priority(fields.get("Priority").orElse("")),
                multiArch(fields.get("Multi-Arch").orElse("")),
                needs,
                against,
                provided(fields.get("Provides").orElse(""), where, architecture),
                file,
                fields.requireNumber("Size"),
                digest,
                fields.get("Installed-Size").isPresent() ? kib(fields.requireNumber("Installed-Size")) : 0);
    }

    private static long kib(long value) {
        return value > Long.MAX_VALUE / 1024 ? Long.MAX_VALUE : value * 1024;
    }

    private static List<PackageRelation> relations(String field, String architecture) throws MalformedInputException {
        List<PackageRelation> result = new ArrayList<>();
        for (Dependency clause : Dependency.parse(field, architecture)) {
            result.addAll(clause.alternatives());
        }
        return result;
    }

    private static List<BinaryPackage.Provided> provided(String field, String where, String architecture)
            throws MalformedInputException {
        List<BinaryPackage.Provided> result = new ArrayList<>();
        for (PackageRelation relation : relations(field, architecture)) {
            PackageRelation.Range range = relation.range();
            if (range != null && range.operator() != PackageRelation.Operator.EQUAL) {
                throw new MalformedInputException(where, -1, "provides '" + relation + "' (expected one version)");
            }
            result.add(new BinaryPackage.Provided(relation.name(), range == null ? null : range.version()));
        }
        return result;
    }

    private static BinaryPackage.Priority priority(String value) {
        for (BinaryPackage.Priority priority : BinaryPackage.Priority.values()) {
            if (priority.name().toLowerCase(Locale.ROOT).equals(value)) {
                return priority;
            }
        }
        return BinaryPackage.Priority.OPTIONAL;
    }

    private static BinaryPackage.MultiArch multiArch(String value) {
        for (BinaryPackage.MultiArch multiArch : BinaryPackage.MultiArch.values()) {
            if (multiArch.name().toLowerCase(Locale.ROOT).equals(value)) {
                return multiArch;
            }
        }
        return BinaryPackage.MultiArch.NO;
    }
}
