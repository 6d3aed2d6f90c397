// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso.hint;

import io.crossbuild.closure.Hint;
import io.crossbuild.closure.HintGroup;
import io.crossbuild.closure.Priority;
import io.crossbuild.error.CrossbuildException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Descriptions of terminals: ncurses has the list of directories in its own strings ({@code TERMINFO_DIRS}). */
final class TerminalHints implements HintSource {
    private static final String[] LIBRARIES = {"libtinfo", "libncurses", "libreadline"};

    @Override
    public List<Hint> find(HintContext context) throws IOException, CrossbuildException {
        Set<String> directories = new LinkedHashSet<>();
        for (String library : LIBRARIES) {
            String object = context.object(library).orElse(null);
            if (object != null) {
                for (String text : context.texts(object)) {
                    if (text.endsWith("terminfo")) {
                        directories.addAll(List.of(text.split(":")));
                    }
                }
            }
        }
        List<Hint> hints = new ArrayList<>();
        for (String directory : directories) {
            if (directory.startsWith("/") && context.isDirectory(directory)) {
                hints.add(Hint.directory(
                        HintGroup.TERMINFO, Priority.RECOMMENDED, directory, "descriptions of terminals"));
            }
        }
        return hints;
    }
}
