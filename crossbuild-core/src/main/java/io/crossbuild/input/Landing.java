// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.input;

/**
 * Where a source lands.
 *
 * @param directory the guest directory to unpack in
 * @param name what the source is called there; empty for the content of a directory
 */
record Landing(String directory, String name) {
    static Landing of(InputSpec spec, boolean sourceIsDirectory) {
        String destination = spec.destination().equals("~") ? "~/" : spec.destination();
        String path = destination.startsWith("~/") ? "/root/" + destination.substring(2) : destination;
        if (path.matches("(?s)(.*/)?(\\.|\\.\\.)?")) {
            return new Landing(path, HostSource.lastName(spec.source()));
        }
        if (sourceIsDirectory) {
            return new Landing(path, "");
        }
        int slash = path.lastIndexOf('/');
        return new Landing(slash < 0 ? "." : path.substring(0, slash + 1), path.substring(slash + 1));
    }
}
