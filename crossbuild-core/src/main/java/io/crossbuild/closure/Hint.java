// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.closure;

import io.crossbuild.closure.ClosureRequest.NamedLibrary;
import java.util.List;

/**
 * Something that a program may open at run time. All of it exists in the tree.
 *
 * @param group what it is for
 * @param priority how likely it is needed
 * @param files absolute paths of files, as they are opened: they may contain links
 * @param directories absolute paths of directories that are needed as a whole
 * @param addons absolute paths of shared objects, whose own libraries are needed too
 * @param libraries libraries that are opened by name, whose own libraries are needed too
 * @param reason a phrase for people that says which code opens it, and when
 */
public record Hint(
        HintGroup group,
        Priority priority,
        List<String> files,
        List<String> directories,
        List<String> addons,
        List<NamedLibrary> libraries,
        String reason) {
    public Hint {
        files = List.copyOf(files);
        directories = List.copyOf(directories);
        addons = List.copyOf(addons);
        libraries = List.copyOf(libraries);
    }

    /** Files that are opened by their absolute paths. */
    public static Hint files(HintGroup group, Priority priority, List<String> files, String reason) {
        return new Hint(group, priority, files, List.of(), List.of(), List.of(), reason);
    }

    /** A directory, by its absolute path, that is wanted whole. */
    public static Hint directory(HintGroup group, Priority priority, String directory, String reason) {
        return new Hint(group, priority, List.of(), List.of(directory), List.of(), List.of(), reason);
    }

    /** A library that is opened by name. */
    public static Hint library(HintGroup group, Priority priority, NamedLibrary library, String reason) {
        return new Hint(group, priority, List.of(), List.of(), List.of(), List.of(library), reason);
    }
}
