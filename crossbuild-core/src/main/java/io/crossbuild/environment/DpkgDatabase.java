// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.environment;

import io.crossbuild.debian.DebFile;
import io.crossbuild.error.MalformedInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * dpkg's records of packages that are unpacked but not yet configured: the files below /var/lib/dpkg, in the layout of
 * dpkg 1.16 and later (info files by architecture for "Multi-Arch: same", deb-triggers(5)).
 */
final class DpkgDatabase {
    private static final String HOME = "/var/lib/dpkg/";
    private static final Set<String> SCRIPTS = Set.of("preinst", "postinst", "prerm", "postrm", "config");

    private final RootArchive archive;
    private final StringBuilder status = new StringBuilder();
    private final StringBuilder preinst = new StringBuilder();
    private final Map<String, List<String>> namedTriggers = new TreeMap<>();
    private final List<String> fileTriggers = new ArrayList<>();

    DpkgDatabase(RootArchive archive) {
        this.archive = archive;
    }

    /** The files of a package, with the MD5 digests of its configuration files. */
    record Unpacked(DebFile deb, List<String> paths, Map<String, String> conffiles) {
        static Unpacked of(DebFile deb) {
            return new Unpacked(deb, new ArrayList<>(), new LinkedHashMap<>());
        }
    }

    /** Records a package whose files are in the archive. */
    void add(Unpacked unpacked) throws IOException, MalformedInputException {
        DebFile deb = unpacked.deb();
        String name = deb.control().require("Package");
        String architecture = deb.control().require("Architecture");
        boolean same = deb.control().get("Multi-Arch").orElse("").equals("same");
        String info = same ? name + ":" + architecture : name;
        archive.file(HOME + "info/" + info + ".list", 0644, String.join("\n", unpacked.paths()) + "\n");
        for (String file : deb.controlFileNames()) {
            if (!file.equals("control")) {
                byte[] content = deb.controlFile(file).orElseThrow();
                archive.file(HOME + "info/" + info + "." + file, SCRIPTS.contains(file) ? 0755 : 0644, content);
            }
        }
        if (deb.controlFile("preinst").isPresent()) {
            preinst.append(name)
                    .append(' ')
                    .append(info)
                    .append(' ')
                    .append(architecture)
                    .append('\n');
        }
        addTriggers(deb, info);
        addStatus(deb, name, unpacked.conffiles());
    }

    /** The triggers in which a package is interested; dpkg reads those that it activates when it configures it. */
    private void addTriggers(DebFile deb, String info) {
        String text = new String(deb.controlFile("triggers").orElse(new byte[0]), StandardCharsets.UTF_8);
        for (String line : text.split("\n")) {
            String[] words = line.strip().split("\\s+");
            if (words.length != 2 || !words[0].startsWith("interest")) {
                continue;
            }
            String listener = info + (words[0].equals("interest-noawait") ? "/noawait" : "");
            if (words[1].startsWith("/")) {
                fileTriggers.add(words[1] + " " + listener);
            } else {
                namedTriggers.computeIfAbsent(words[1], n -> new ArrayList<>()).add(listener);
            }
        }
    }

    private void addStatus(DebFile deb, String name, Map<String, String> conffiles) {
        String control = new String(deb.controlFile("control").orElseThrow(), StandardCharsets.UTF_8).strip();
        status.append("Package: ").append(name).append("\nStatus: install ok unpacked\n");
        for (String line : control.split("\n")) {
            if (!line.regionMatches(true, 0, "Package:", 0, "Package:".length()) && !line.isBlank()) {
                status.append(line).append('\n');
            }
        }
        if (!conffiles.isEmpty()) {
            status.append("Conffiles:\n");
            conffiles.forEach((path, md5) ->
                    status.append(' ').append(path).append(' ').append(md5).append('\n'));
        }
        status.append('\n');
    }

    /** The packages that have a preinst script, a line each: name, name of its info files, architecture. */
    String preinst() {
        return preinst.toString();
    }

    /** Writes the files that cover all packages. */
    void finish() throws IOException {
        archive.file(HOME + "status", 0644, status.toString());
        archive.file(HOME + "available", 0644, "");
        archive.file(HOME + "info/format", 0644, "1\n");
        archive.file(HOME + "triggers/File", 0644, lines(fileTriggers));
        archive.file(HOME + "triggers/Unincorp", 0644, "");
        for (Map.Entry<String, List<String>> trigger : namedTriggers.entrySet()) {
            archive.file(HOME + "triggers/" + trigger.getKey(), 0644, lines(trigger.getValue()));
        }
    }

    private static String lines(List<String> lines) {
        return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
    }
}
