// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso.hint;

import io.crossbuild.closure.Hint;
import io.crossbuild.closure.HintGroup;
import io.crossbuild.closure.Priority;
import io.crossbuild.error.CrossbuildException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Time zone data, tzset(3): glibc and musl read the same files. */
final class TimeZoneHints implements HintSource {
    @Override
    public List<Hint> find(HintContext context) throws IOException, CrossbuildException {
        List<Hint> hints = new ArrayList<>();
        if (context.object("libc.so.6").isEmpty() && context.object("ld-musl-").isEmpty()) {
            return hints;
        }
        List<String> zone = context.existing("/etc/localtime", "/etc/timezone");
        if (!zone.isEmpty()) {
            hints.add(Hint.files(HintGroup.TZ, Priority.RECOMMENDED, zone, "the system's time zone"));
        }
        if (context.isDirectory("/usr/share/zoneinfo")) {
            hints.add(Hint.directory(
                    HintGroup.TZ, Priority.SUGGESTED, "/usr/share/zoneinfo", "time zones that a program may request"));
        }
        return hints;
    }
}
