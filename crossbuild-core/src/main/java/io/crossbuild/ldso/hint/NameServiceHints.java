// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso.hint;

import io.crossbuild.closure.ClosureRequest.NamedLibrary;
import io.crossbuild.closure.Hint;
import io.crossbuild.closure.HintGroup;
import io.crossbuild.closure.Priority;
import io.crossbuild.elf.DynamicSection;
import io.crossbuild.elf.ElfFile;
import io.crossbuild.error.CrossbuildException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the C library looks up hosts, services and users. glibc opens {@code libnss_SERVICE.so.2} for each service of
 * nsswitch.conf(5); "files" and "dns" are in glibc itself since 2.34 (nss/nss_module.c). Missing files are skipped.
 * {@code /etc/resolv.conf} is left out: it belongs to the machine, not to the program.
 */
final class NameServiceHints implements HintSource {
    private static final Set<String> BUILT_IN = Set.of("files", "dns");

    @Override
    public List<Hint> find(HintContext context) throws IOException, CrossbuildException {
        List<Hint> hints = new ArrayList<>();
        Optional<String> libc = context.object("libc.so.6");
        if (libc.isPresent()) {
            boolean builtIn = isNewerThan233(context.objects().get(libc.get()));
            for (Map.Entry<String, String> service : services(context).entrySet()) {
                NamedLibrary module = new NamedLibrary("libnss_" + service.getKey() + ".so.2", libc.get());
                boolean needed = !(builtIn && BUILT_IN.contains(service.getKey())) && !context.hasName(module.name());
                if (needed && context.canOpen(module)) {
                    Priority priority = service.getValue().equals("hosts") ? Priority.RECOMMENDED : Priority.SUGGESTED;
                    hints.add(Hint.library(
                            HintGroup.DNS,
                            priority,
                            module,
                            "'" + service.getKey() + "' for " + service.getValue() + " in nsswitch.conf"));
                }
            }
            add(
                    hints,
                    Priority.RECOMMENDED,
                    "order of services",
                    context.existing("/etc/nsswitch.conf", "/etc/host.conf", "/etc/gai.conf"));
        }
        if (libc.isPresent() || context.object("ld-musl-").isPresent()) {
            add(hints, Priority.RECOMMENDED, "names of hosts", context.existing("/etc/hosts"));
            add(
                    hints,
                    Priority.SUGGESTED,
                    "names of services",
                    context.existing("/etc/services", "/etc/protocols", "/etc/networks"));
            add(hints, Priority.SUGGESTED, "names of users", context.existing("/etc/passwd", "/etc/group"));
        }
        return hints;
    }

    private static void add(List<Hint> hints, Priority priority, String reason, List<String> files) {
        if (!files.isEmpty()) {
            hints.add(Hint.files(HintGroup.DNS, priority, files, reason));
        }
    }

    private static boolean isNewerThan233(@Nullable ElfFile libc) {
        DynamicSection dynamic = libc == null ? null : libc.dynamic();
        return dynamic != null
                && dynamic.definedVersions() != null
                && dynamic.definedVersions().contains("GLIBC_2.34");
    }

    /** Each service with the first database that names it. */
    private static Map<String, String> services(HintContext context) throws IOException, CrossbuildException {
        Map<String, String> databases = new LinkedHashMap<>();
        // What glibc does without a configuration (nss/nss_database.c).
        databases.put("hosts", "files dns");
        databases.put("passwd", "files");
        databases.put("group", "files");
        for (String line : context.text("/etc/nsswitch.conf").split("\n")) {
            String text = line.replaceFirst("#.*", "");
            int colon = text.indexOf(':');
            if (colon > 0) {
                databases.put(text.substring(0, colon).strip(), text.substring(colon + 1));
            }
        }
        Map<String, String> result = new LinkedHashMap<>();
        String hosts = databases.remove("hosts");
        addServices(result, "hosts", hosts == null ? "" : hosts);
        databases.forEach((database, list) -> addServices(result, database, list));
        return result;
    }

    private static void addServices(Map<String, String> result, String database, String list) {
        for (String service : withoutActions(list).strip().split("\\s+")) {
            if (service.matches("[A-Za-z0-9_]+")) {
                result.putIfAbsent(service, database);
            }
        }
    }

    /** Without what is in brackets; a pattern would look for the end of each that has none. */
    private static String withoutActions(String list) {
        StringBuilder rest = new StringBuilder();
        int at = 0;
        int open = list.indexOf('[');
        int close = open < 0 ? -1 : list.indexOf(']', open);
        while (close >= 0) {
            rest.append(list, at, open).append(' ');
            at = close + 1;
            open = list.indexOf('[', at);
            close = open < 0 ? -1 : list.indexOf(']', open);
        }
        return rest.append(list, at, list.length()).toString();
    }
}
