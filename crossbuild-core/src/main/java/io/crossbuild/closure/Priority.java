// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.closure;

/** How much a program depends on what a hint names; the words are those of UAPI.12, "dlopen metadata for ELF files". */
public enum Priority {
    /** It does not work without. */
    REQUIRED,
    /** Without, it lacks something that most users want. */
    RECOMMENDED,
    /** Useful to some users. */
    SUGGESTED
}
