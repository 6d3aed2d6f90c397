// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.spec;

import java.nio.file.Path;
import java.time.Instant;

/**
 * One thing in the store.
 *
 * @param category what kind of thing it is
 * @param name what it is, in the user's words
 * @param path its file or directory
 * @param bytes its size on disk
 * @param lastUsed when a build last used it, or when it was made
 * @param inUse whether a running build is based on it
 * @param usable whether a build may use it again: false for a layer whose environment is gone
 */
public record StoreItem(
        Category category, String name, Path path, long bytes, Instant lastUsed, boolean inUse, boolean usable) {

    /** The categories of things in a store, in the order in which they are shown. */
    public enum Category {
        /** Debian systems in which lines run. */
        ENVIRONMENT("environments"),
        /** What lines of build files changed. */
        LAYER("layers"),
        /** Directories that lines keep between builds. */
        CACHE("caches"),
        /** Machines that were saved right after boot. */
        STATE("saved machines"),
        /** Kernels and initramfs images that machines boot. */
        APPLIANCE("appliances"),
        /** Emulators that were downloaded. */
        QEMU("QEMU"),
        /** Packages and indexes of an archive. */
        DOWNLOAD("downloads");

        private final String text;

        Category(String text) {
            this.text = text;
        }

        /** The plural, for messages. */
        public String text() {
            return text;
        }
    }
}
