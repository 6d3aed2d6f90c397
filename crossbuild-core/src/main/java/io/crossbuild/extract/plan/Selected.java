// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.plan;

/**
 * One path of the configuration that exists in the guest.
 *
 * @param key the key that names it, such as {@code Files}
 * @param written as in the configuration
 * @param guest absolute, as it is opened: it may contain links
 * @param home whether its target is relative to the guest's /root
 */
public record Selected(Key key, String written, String guest, boolean home) {
    /** A key of the configuration that names paths. */
    public enum Key {
        PROGRAM("Program"),
        FILES("Files"),
        DIRS("Dirs"),
        MAP_DIRS("MapDirs");

        private final String text;

        Key(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    /** Whether it names a directory and means its content. */
    public boolean isDirectory() {
        return key == Key.DIRS || key == Key.MAP_DIRS;
    }

    public ExtractionReason reason() {
        return new ExtractionReason(null, written, key.text());
    }
}
