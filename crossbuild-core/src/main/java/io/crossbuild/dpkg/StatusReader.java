// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.dpkg;

import io.crossbuild.closure.InstalledPackage;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.tree.FileContent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads {@code /var/lib/dpkg/status}: one paragraph for each package, deb822(5). */
final class StatusReader {
    private final List<InstalledPackage> packages = new ArrayList<>();
    private final Map<String, String> dependencies = new HashMap<>();
    private final Map<String, List<InstalledPackage>> byName = new HashMap<>();
    private final Map<String, String> fields = new HashMap<>();

    private StatusReader() {}

    static StatusReader read(FileContent content, String name) throws IOException, CrossbuildException {
        StatusReader reader = new StatusReader();
        TextLines.read(content, name, reader::line);
        reader.end();
        return reader;
    }

    List<InstalledPackage> packages() {
        return packages;
    }

    /** What a package depends on, by its name: {@code Pre-Depends} and {@code Depends}, as written. */
    Map<String, String> dependencies() {
        return dependencies;
    }

    /** The packages that have or provide a name. */
    Map<String, List<InstalledPackage>> byName() {
        return byName;
    }

    /** The names in a field such as {@code Depends}, alternatives included, without versions and architectures. */
    static Set<String> names(String field) {
        Set<String> names = new LinkedHashSet<>();
        for (String part : field.split("[,|]")) {
            String name = part.strip();
            int end = 0;
            while (end < name.length() && " (:[".indexOf(name.charAt(end)) < 0) {
                end++;
            }
            if (end > 0) {
                names.add(name.substring(0, end));
            }
        }
        return names;
    }

    private void line(String line) {
        if (line.isBlank()) {
            end();
            return;
        }
        int colon = line.indexOf(':');
        if (colon <= 0 || line.charAt(0) == ' ' || line.charAt(0) == '\t') {
            return;
        }
        switch (line.substring(0, colon)) {
            case "Package", "Status", "Version", "Architecture", "Source", "Depends", "Pre-Depends", "Provides" ->
                fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
            default -> {
                // The other fields are ignored.
            }
        }
    }

    /** A removed package has no files except its configuration, and its list no longer counts. */
    private void end() {
        String name = fields.get("Package");
        String status = fields.getOrDefault("Status", "");
        if (name != null && !status.endsWith(" not-installed") && !status.endsWith(" config-files")) {
            String version = fields.getOrDefault("Version", "");
            String source = fields.getOrDefault("Source", name);
            String sourceVersion = version;
            // "name (version)" where the versions differ (Debian Policy 5.6.1).
            int parenthesis = source.indexOf(" (");
            if (parenthesis > 0 && source.endsWith(")")) {
                sourceVersion = source.substring(parenthesis + 2, source.length() - 1);
                source = source.substring(0, parenthesis);
            }
            InstalledPackage p =
                    new InstalledPackage(name, version, fields.getOrDefault("Architecture", ""), source, sourceVersion);
            packages.add(p);
            byName.computeIfAbsent(name, n -> new ArrayList<>(1)).add(p);
            for (String provided : names(fields.getOrDefault("Provides", ""))) {
                byName.computeIfAbsent(provided, n -> new ArrayList<>(1)).add(p);
            }
            dependencies.put(name, fields.getOrDefault("Pre-Depends", "") + "," + fields.getOrDefault("Depends", ""));
        }
        fields.clear();
    }
}
