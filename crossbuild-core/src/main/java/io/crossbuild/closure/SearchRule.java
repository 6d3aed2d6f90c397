// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.closure;

/** The rule by which a file came into a closure, in the words of ld.so(8). */
public enum SearchRule {
    /** The requested program. */
    PROGRAM("program"),
    /** A shared object that the program opens at run time. */
    ADDON("addon"),
    /** A library that an object of the program opens by its name at run time. */
    OPENED_BY_NAME("dlopen"),
    /** Named by the first line of a script. */
    SCRIPT_INTERPRETER("script interpreter"),
    /** Found by env(1) in the directories of PATH. */
    PROGRAM_PATH("PATH"),
    /** {@code PT_INTERP} of the program, opened by the kernel. */
    INTERPRETER("program interpreter"),
    /** {@code LD_PRELOAD}. */
    PRELOAD("LD_PRELOAD"),
    /** The system's list of libraries to load first, {@code /etc/ld.so.preload}. */
    PRELOAD_FILE("ld.so.preload"),
    /** {@code DT_AUDIT} or {@code DT_DEPAUDIT}. */
    AUDIT("audit library"),
    /** The name contains a slash, so it is opened as it is. */
    PATH("path"),
    /** {@code DT_RPATH} of the requester, of an object that led to it, or of the program. */
    RPATH("RPATH"),
    /** {@code LD_LIBRARY_PATH}. */
    LIBRARY_PATH("LD_LIBRARY_PATH"),
    /** {@code DT_RUNPATH} of the requester. */
    RUNPATH("RUNPATH"),
    /** {@code /etc/ld.so.cache}. */
    CACHE("ld.so.cache"),
    /** A directory built into the loader, or listed in musl's path file. */
    SYSTEM_DIRECTORY("system directory"),
    /** The name belongs to an object that is already loaded. */
    LOADED("already loaded"),
    /** One of crossbuild's rules about files that programs open by themselves; its name is the source. */
    RULE("rule"),
    /** A file that the loader reads to learn where libraries are. */
    CONFIGURATION("loader configuration");

    private final String text;

    SearchRule(String text) {
        this.text = text;
    }

    /** The rule's name for people. */
    public String text() {
        return text;
    }
}
