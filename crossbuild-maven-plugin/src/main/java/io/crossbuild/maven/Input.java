// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import io.crossbuild.spec.InputSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code <input>} in a POM: files of the host that the guest is to have before the first line. */
public final class Input {
    private @Nullable String source;
    private @Nullable String target;
    private List<String> excludes = List.of();

    /** The file or directory, relative to the directory of the build file. */
    public void setSource(String source) {
        this.source = source;
    }

    /** The guest path; with a slash at its end, the directory that the source goes into. */
    public void setTarget(String target) {
        this.target = target;
    }

    /** Patterns of .gitignore, relative to the source. */
    public void setExcludes(List<String> excludes) {
        this.excludes = excludes;
    }

    /** @param number of the element, from 1 */
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
