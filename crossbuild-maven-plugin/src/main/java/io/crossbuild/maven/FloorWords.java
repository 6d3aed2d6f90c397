// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import static io.crossbuild.event.TerminalText.visible;

import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.NeededVersion;
import java.util.stream.Collectors;

/** The words for what extracted files need of a system's libraries. */
final class FloorWords {
    private FloorWords() {}

    static String of(BuildEvent.LibraryFloor floor) {
        String subject = floor.sharedObjects()
                ? "   Without the extracted libraries, the shared objects run on "
                : "   Runs on ";
        String systems = floor.systems().isEmpty() ? "" : " (" + String.join(", ", floor.systems()) + ")";
        String text = subject + floor.machine();
        if (!floor.needs().isEmpty()) {
            text += " with "
                    + floor.needs().stream().map(FloorWords::library).collect(Collectors.joining(" and ")) + " or later"
                    + systems + ", because of "
                    + floor.needs().stream()
                            .map(n -> visible(n.symbol()) + " in '" + visible(n.file()) + "'")
                            .collect(Collectors.joining(" and "));
        }
        return floor.unportable().isEmpty()
                ? text
                : text + (floor.needs().isEmpty() ? "" : ",") + " only with the guest's own glibc, because of "
                        + floor.unportable().stream()
                                .map(n -> visible(n.symbol()) + " in '" + visible(n.file()) + "'")
                                .collect(Collectors.joining(" and "));
    }

    private static String library(NeededVersion need) {
        return switch (need.library()) {
            case GLIBC -> "glibc " + need.version();
            case GLIBCXX, CXXABI -> "libstdc++ " + need.library() + "_" + need.version();
            case GCC -> "libgcc " + need.library() + "_" + need.version();
        };
    }
}
