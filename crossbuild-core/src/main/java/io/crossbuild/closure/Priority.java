// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.closure;

/** How much a program depends on what a hint names; the words are those of UAPI.12, "dlopen metadata for ELF files". */
public enum Priority {
    /** Does not work without. */
    REQUIRED,
    /** Lacks something that most users want without. */
    RECOMMENDED,
    /** Of use to some. */
    SUGGESTED
}
