// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso.hint;

import io.crossbuild.closure.Hint;
import io.crossbuild.closure.HintGroup;
import io.crossbuild.closure.Priority;
import io.crossbuild.error.CrossbuildException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Modules of iconv(3): glibc has their directory in its own strings ({@code GCONV_PATH} of iconv/gconv_conf.c). */
final class CharacterSetHints implements HintSource {
    @Override
    public List<Hint> find(HintContext context) throws IOException, CrossbuildException {
        List<Hint> hints = new ArrayList<>();
        Optional<String> libc = context.object("libc.so.6");
        if (libc.isEmpty()) {
            return hints;
        }
        for (String directory : context.texts(libc.get())) {
            if (directory.endsWith("/gconv") && context.isDirectory(directory)) {
                List<String> modules = context.filesIn(directory, ".so");
                hints.add(new Hint(
                        HintGroup.GCONV,
                        Priority.SUGGESTED,
                        List.of(),
                        List.of(directory),
                        modules,
                        List.of(),
                        modules.size()
                                + " modules that convert character sets, in addition to those in the C library"));
            }
        }
        return hints;
    }
}
