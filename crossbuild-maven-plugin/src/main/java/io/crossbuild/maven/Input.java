// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import io.crossbuild.spec.InputSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code <input>} in a POM: files of the host to copy into the guest before the first line. */
public final class Input {
    private @Nullable String source;
    private @Nullable String target;
    private List<String> excludes = List.of();

    /** The file or directory, relative to the directory of the build file. */
    public void setSource(String source) {
        this.source = source;
    }

    /** The guest path; if it ends with a slash, the directory into which the source goes. */
    public void setTarget(String target) {
        this.target = target;
    }

    /** Patterns as in .gitignore, relative to the source. */
    public void setExcludes(List<String> excludes) {
        this.excludes = excludes;
    }

    /** @param number the element's number, from 1 */
    InputSpec spec(Parameters parameters, int number) {
        if (source == null || source.isBlank() || target == null || target.isBlank()) {
            parameters.wrong(
                    "inputs", "<input> number " + number + " lacks <source> or <target> (expected both)", null);
        }
        return new InputSpec(
                parameters.pom(),
                "<input> number " + number,
                source == null ? "" : source.strip(),
                target == null ? "" : target.strip(),
                excludes);
    }
}
