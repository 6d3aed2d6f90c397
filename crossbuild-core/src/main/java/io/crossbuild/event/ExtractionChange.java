// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.event;

import java.util.List;

/** What is different from the last extraction into the same target root. */
public sealed interface ExtractionChange {

    /**
     * Something that is set.
     *
     * @param settings not empty
     */
    record Settings(List<Setting> settings) implements ExtractionChange {
        public Settings {
            settings = List.copyOf(settings);
        }
    }

    /** What can be set for an extraction. */
    enum Setting {
        PROGRAM,
        ARGS,
        FILES,
        DIRS,
        MAP_DIRS,
        ENV,
        /** What the configuration has for OPS alone. */
        FOR_OPS,
        /** How to extract, beside what config.json says. */
        OPTIONS,
        /** The version of crossbuild. */
        CROSSBUILD
    }

    /** The environment was made again, or is another one. */
    record Environment() implements ExtractionChange {}

    /**
     * A layer that was not there, or another one than then.
     *
     * @param number from 1, the lowest first
     */
    record LayerNew(int number) implements ExtractionChange {}

    /**
     * A layer that was there.
     *
     * @param number from 1, the lowest first
     */
    record LayerGone(int number) implements ExtractionChange {}

    /**
     * Files in the target root.
     *
     * @param first the first of them, relative to the target root
     * @param count how many there are, from 1
     */
    record TargetFiles(String first, int count) implements ExtractionChange {}

    /**
     * Unknown, as what the last extraction recorded cannot be read.
     *
     * @param problem what is wrong with it
     */
    record RecordUnreadable(String problem) implements ExtractionChange {}
}
