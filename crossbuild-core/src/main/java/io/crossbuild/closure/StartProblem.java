// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.closure;

import java.util.List;

/**
 * Something that keeps a program from starting or an addon from being opened.
 *
 * @param kind what is wrong
 * @param root path of the program or addon
 * @param file path of the file that has the problem
 * @param chain the shortest chain of requests from the root to that file, both included
 * @param message one sentence for people, without the chain
 */
public record StartProblem(Kind kind, String root, String file, List<String> chain, String message) {
    public StartProblem {
        chain = List.copyOf(chain);
    }

    /** What is wrong. */
    public enum Kind {
        /** A library that was not found. */
        MISSING_LIBRARY,
        /** A symbolic link on the way to the only candidate leads to nothing. */
        DANGLING_LINK,
        /** Everything that was found is for another processor or word size. */
        WRONG_ARCHITECTURE,
        /** The file that is found first is not a library: a text file, a directory, a damaged library. */
        NOT_LOADABLE,
        /** The program's interpreter does not exist or is not a loader. */
        MISSING_INTERPRETER,
        /** The script's first line ends as on Windows, so its interpreter's name ends with a carriage return. */
        WINDOWS_LINE_ENDS,
        /** The library that was found does not define a required symbol version. */
        MISSING_VERSION,
        /** The file needs a newer processor than the chosen one. */
        CPU_TOO_OLD
    }
}
