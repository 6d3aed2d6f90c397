// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import java.nio.file.Path;

/** Settings that the build passes to the tests. */
final class Settings {
    private Settings() {}

    /** The directory of the example projects. */
    static Path examples() {
        return path("it.examples");
    }

    /** The directory into which projects are copied. */
    static Path work() {
        return path("it.work");
    }

    /** The local repository of the Maven under test, which contains the plugin. */
    static Path repository() {
        return path("it.repository");
    }

    /** The user's local repository; the Maven under test takes other artifacts from it. */
    static Path remote() {
        return path("it.remote");
    }

    /** The Maven installation to run. */
    static Path maven() {
        return path("it.maven");
    }

    /** The store shared by all tests with virtual machines. */
    static Path sharedHome() {
        return path("crossbuild.it.home");
    }

    static String version() {
        return text("it.version");
    }

    private static Path path(String name) {
        return Path.of(text(name)).toAbsolutePath();
    }

    private static String text(String name) {
        String value = System.getProperty(name);
        if (value == null || value.isEmpty()) {
            throw new IllegalStateException("system property '" + name + "' is not set: run the tests with Maven");
        }
        return value;
    }
}
