// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import io.crossbuild.error.MalformedInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One dependency: at least one of its alternatives is needed.
 *
 * @param alternatives in order of preference; not empty
 */
public record Dependency(List<PackageRelation> alternatives) {
    public Dependency {
        alternatives = List.copyOf(alternatives);
    }

    /**
     * Reads a relationship field, such as {@code Depends} (Debian Policy 7.1).
     *
     * @param architecture Debian's name of the architecture for which restrictions in brackets are evaluated
     */
    public static List<Dependency> parse(String field, String architecture) throws MalformedInputException {
        List<Dependency> result = new ArrayList<>();
        for (String clause : field.split(",")) {
            if (clause.isBlank()) {
                continue;
            }
            List<PackageRelation> alternatives = new ArrayList<>();
            for (String alternative : clause.split("\\|", -1)) {
                Optional<PackageRelation> relation = PackageRelation.parse(alternative, architecture);
                relation.ifPresent(alternatives::add);
            }
            if (!alternatives.isEmpty()) {
                result.add(new Dependency(alternatives));
            }
        }
        return List.copyOf(result);
    }

    @Override
    public String toString() {
        return alternatives.stream().map(PackageRelation::toString).collect(Collectors.joining(" | "));
    }
}
