// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.target;

import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.ConfigException;
import io.crossbuild.error.HostRequirementException;
import io.crossbuild.event.Warning;
import io.crossbuild.extract.manifest.OwnFiles;
import io.crossbuild.extract.plan.PlannedFile;
import io.crossbuild.extract.plan.TargetPlan;
import io.crossbuild.tree.NameCodec;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Finds names that are not allowed in the target root, before anything is written. */
public final class NameCheck {
    /** "Naming Files, Paths, and Namespaces" of the Windows documentation. */
    private static final Pattern WINDOWS_REFUSES = Pattern.compile(
            "(?is)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\\..*)?|.*[\\x00-\\x1f<>:\"|?*\\\\].*|.*[. ]");

    private static final int SHOWN = 20;

    private NameCheck() {}

    /**
     * Finds files that would collide with those that extractions keep in the target root.
     *
     * @throws ConfigException when there is such a file
     */
    public static void checkReserved(Collection<PlannedFile> files) throws ConfigException {
        for (PlannedFile file : files) {
            String folded = foldCase(composed(file.target()));
            if (folded.equals(OwnFiles.RUN_CONFIGURATION)
                    || folded.equals(OwnFiles.DIRECTORY)
                    || folded.startsWith(OwnFiles.DIRECTORY + "/")) {
                throw new ConfigException(
                        "the configuration",
                        List.of("'" + file.guest() + "' of the guest would become '" + file.target()
                                + "', which crossbuild writes itself"),
                        AdviceKey.LEAVE_OUT_OR_RENAME.advice());
            }
        }
    }

    /**
     * Takes names that are not UTF-8 out of a plan if the host cannot store them, unless more than the directory that
     * contains them needs them.
     *
     * @param needed paths in the guest that stay
     * @return what was taken out
     */
    public static List<Warning.NamesLeftOut.Entry> leaveOut(TargetPlan plan, HostTraits traits, Set<String> needed) {
        if (traits.anyBytes()) {
            return List.of();
        }
        return plan.leaveOut(target -> !NameCodec.isUtf8(target), needed).stream()
                .map(file -> new Warning.NamesLeftOut.Entry(
                        file.guest(), file.node().isDirectory(), file.node().sizeBytes()))
                .toList();
    }

    /**
     * Finds names that the host does not support.
     *
     * @throws HostRequirementException with the names
     */
    public static void check(Collection<PlannedFile> files, HostTraits traits) throws HostRequirementException {
        List<String> problems = new ArrayList<>();
        Map<String, String> folded = new HashMap<>();
        for (PlannedFile file : files) {
            String name = file.target().substring(file.target().lastIndexOf('/') + 1);
            if (!traits.anyBytes() && !NameCodec.isUtf8(name)) {
                problems.add("'" + printable(file.guest()) + "': not UTF-8");
            } else if (traits.windowsNames() && WINDOWS_REFUSES.matcher(name).matches()) {
                problems.add("'" + file.guest() + "': not a valid name on Windows");
            }
            if (traits.mergesNames()) {
                String old = folded.putIfAbsent(fold(file.target(), traits), file.target());
                if (old != null) {
                    problems.add("'" + old + "' and '" + file.target() + "': the same name on this file system");
                }
            }
        }
        if (!problems.isEmpty()) {
            String list = problems.stream().limit(SHOWN).collect(Collectors.joining("\n  "));
            throw new HostRequirementException(
                    "Cannot extract " + problems.size() + " files: this host does not support their names\n  " + list
                            + (problems.size() > SHOWN ? "\n  ..." : ""),
                    AdviceKey.LEAVE_OUT_OR_RENAME_ALL.advice());
        }
    }

    /** Maps all names that a file system treats as equal to the same form. */
    static String fold(String target, HostTraits traits) {
        String name = traits.distinguishesForms() ? target : composed(target);
        return traits.distinguishesCase() ? name : foldCase(name);
    }

    private static String composed(String name) {
        return isAscii(name) ? name : Normalizer.normalize(name, Normalizer.Form.NFC);
    }

    private static String foldCase(String name) {
        return isAscii(name)
                ? name.toLowerCase(Locale.ROOT)
                : name.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    private static String printable(String name) {
        StringBuilder text = new StringBuilder();
        for (byte b : NameCodec.encode(name)) {
            text.append(b >= 0x20 && b < 0x7F ? String.valueOf((char) b) : String.format("\\x%02X", b));
        }
        return text.toString();
    }
}
