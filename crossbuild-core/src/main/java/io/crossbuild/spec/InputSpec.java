// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.spec;

import java.util.List;

/**
 * Files of the host to copy into the guest. Start with {@link #of}.
 *
 * @param origin the file that requests them, for messages
 * @param place where in that file, such as "line 3"
 * @param source a file or directory, relative to the directory of the build file or absolute; a link is followed
 * @param destination a guest path, relative to the working directory; {@code ~/} is the home directory. If it ends with
 *     a slash, or if its last name is {@code .} or {@code ..}, the source goes into this directory under its own name;
 *     otherwise it is the path of the copy itself. A source whose last name is {@code .} or {@code ..} has no name: its
 *     content goes into the destination
 * @param excludes patterns of what to leave out, relative to the source
 */
public record InputSpec(String origin, String place, String source, String destination, List<String> excludes) {
    public InputSpec {
        excludes = List.copyOf(excludes);
    }

    /**
     * An input that is not requested by a file; messages name it by its source.
     *
     * @param source see {@link #source()}
     * @param destination see {@link #destination()}
     */
    public static InputSpec of(String source, String destination) {
        return new InputSpec("inputs", "'" + source + "'", source, destination, List.of());
    }

    /** The same without files that match these patterns, which are relative to the source and as in .gitignore. */
    public InputSpec withExcludes(String... value) {
        return new InputSpec(origin, place, source, destination, List.of(value));
    }

    /** As it would be written in a build file. */
    public String text() {
        return "copy " + source + " " + destination;
    }
}
