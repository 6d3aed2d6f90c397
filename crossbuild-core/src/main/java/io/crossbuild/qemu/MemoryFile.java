// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import java.nio.file.Path;

/**
 * A file with a machine's RAM (docs/system/vm-templating.rst of QEMU).
 *
 * @param file as long as the RAM; created if it does not exist
 * @param template whether the machine writes its RAM to the file, as a start for other machines. If not, the machine
 *     starts with the file's content and never writes to it
 */
public record MemoryFile(Path file, boolean template) {}
