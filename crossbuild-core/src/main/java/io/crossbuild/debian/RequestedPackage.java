// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import io.crossbuild.error.MalformedInputException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The meaning of a user's name for a package in an index: a package, or a problem to report. */
record RequestedPackage(
        Dependency relation,
        @Nullable BinaryPackage found,
        @Nullable String problem) {
    private static final Pattern FORM = Pattern.compile("([a-z0-9][a-z0-9+.-]*)(?::([a-z0-9-]+))?(?:=(\\S+))?");

    BinaryPackage candidate() {
        if (found == null) {
            throw new IllegalStateException(String.valueOf(problem));
        }
        return found;
    }

    static RequestedPackage find(String request, PackageIndex index) throws MalformedInputException {
        Matcher m = FORM.matcher(request);
        if (!m.matches()) {
            return unusable("'" + request + "' is not a package (expected 'name' or 'name=version')");
        }
        String name = m.group(1);
        String architecture = m.group(2);
        String own = index.architecture().debianName();
        if (architecture != null && !architecture.equals(own) && !architecture.equals("native")) {
            return unusable("package '" + request + "' is for another architecture (expected " + own + ")");
        }
        String version = m.group(3);
        List<BinaryPackage> versions = version == null ? index.versions(name) : index.allVersions(name);
        if (versions.isEmpty()) {
            return ofVirtual(name, version, index);
        }
        Optional<BinaryPackage> found = versions.stream()
                .filter(p -> version == null || p.version().toString().equals(version))
                .findFirst();
        if (found.isEmpty()) {
            return unusable("package '" + name + "' has no version '" + version + "' (expected "
                    + versions.stream().map(p -> p.version().toString()).collect(Collectors.joining(" or ")) + ")");
        }
        return of(name, found.get());
    }

    private static RequestedPackage ofVirtual(String name, @Nullable String version, PackageIndex index)
            throws MalformedInputException {
        List<BinaryPackage> providers = index.providers(name);
        if (providers.isEmpty()) {
            List<String> near = index.namesLike(name);
            return unusable("no package '" + name + "'"
                    + (near.isEmpty()
                            ? ""
                            : " (did you mean "
                                    + near.stream().map(n -> "'" + n + "'").collect(Collectors.joining(", ")) + "?)"));
        }
        if (providers.size() > 1 || version != null) {
            return unusable("'" + name + "' is not a package but is provided by others (expected one of "
                    + providers.stream()
                            .map(BinaryPackage::name)
                            .distinct()
                            .limit(8)
                            .collect(Collectors.joining(", ")) + ")");
        }
        return of(name, providers.get(0));
    }

    private static RequestedPackage of(String name, BinaryPackage found) {
        Dependency relation = new Dependency(List.of(new PackageRelation(name, null, null)));
        return new RequestedPackage(relation, found, null);
    }

    private static RequestedPackage unusable(String problem) {
        return new RequestedPackage(new Dependency(List.of()), null, problem);
    }
}
