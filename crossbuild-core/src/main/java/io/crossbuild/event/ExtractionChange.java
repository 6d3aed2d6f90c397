// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.event;

import java.util.List;

/** A difference from the last extraction into the same target root. */
public sealed interface ExtractionChange {

    /**
     * Different settings.
     *
     * @param settings the settings that differ; not empty
     */
    record Settings(List<Setting> settings) implements ExtractionChange {
        public Settings {
            settings = List.copyOf(settings);
        }
    }

    /** The settings of an extraction. */
    enum Setting {
        /** The program to run: Program in config.json. */
        PROGRAM,
        /** The program's arguments: Args. */
        ARGS,
        /** The files to extract: Files. */
        FILES,
        /** The directories to extract: Dirs. */
        DIRS,
        /** The directories that get a different place: MapDirs. */
        MAP_DIRS,
        /** The program's environment variables at run time: Env. */
        ENV,
        /** The part of the configuration that only OPS uses. */
        FOR_OPS,
        /** How to extract, apart from config.json. */
        OPTIONS,
        /** Which files traced steps read. */
        TRACED,
        /** The version of crossbuild. */
        CROSSBUILD
    }

    /** The environment was made again, or is a different one. */
    record Environment() implements ExtractionChange {}

    /**
     * A new layer, or a different one in its place.
     *
     * @param number from 1, the lowest first
     */
    record LayerNew(int number) implements ExtractionChange {}

    /**
     * A layer that no longer exists.
     *
     * @param number from 1, the lowest first
     */
    record LayerGone(int number) implements ExtractionChange {}

    /**
     * Changed files in the target root.
     *
     * @param first the first of them, relative to the target root
     * @param count the number of changed files, from 1
     */
    record TargetFiles(String first, int count) implements ExtractionChange {}

    /** The last extraction was interrupted while it put files in place: some are of it, and some of the one before. */
    record Interrupted() implements ExtractionChange {}

    /**
     * Unknown, since the record of the last extraction cannot be read.
     *
     * @param problem what is wrong with the record
     */
    record RecordUnreadable(String problem) implements ExtractionChange {}
}
