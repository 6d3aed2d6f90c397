// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso.hint;

import io.crossbuild.closure.Hint;
import io.crossbuild.closure.HintGroup;
import io.crossbuild.closure.Priority;
import io.crossbuild.error.CrossbuildException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Locale data of glibc; musl has none. Even C.UTF-8 is in files, not in the library (NEWS of glibc 2.35). */
final class LocaleHints implements HintSource {
    @Override
    public List<Hint> find(HintContext context) throws IOException, CrossbuildException {
        List<Hint> hints = new ArrayList<>();
        if (context.object("libc.so.6").isEmpty()) {
            return hints;
        }
        for (String name : new String[] {"C.utf8", "C.UTF-8"}) {
            String directory = "/usr/lib/locale/" + name;
            if (context.isDirectory(directory)) {
                hints.add(Hint.directory(HintGroup.LOCALE, Priority.RECOMMENDED, directory, "the locale C.UTF-8"));
            }
        }
        List<String> archive = context.existing("/usr/lib/locale/locale-archive", "/usr/share/locale/locale.alias");
        if (!archive.isEmpty()) {
            hints.add(Hint.files(HintGroup.LOCALE, Priority.SUGGESTED, archive, "generated locales and their names"));
        }
        return hints;
    }
}
