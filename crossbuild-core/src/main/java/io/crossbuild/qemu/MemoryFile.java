// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import java.nio.file.Path;

/**
 * A file that a machine's RAM lies in (docs/system/vm-templating.rst of QEMU).
 *
 * @param file as long as the RAM; made when it is not there
 * @param template whether what the machine writes to its RAM goes to the file, for others to begin with. If not, the
 *     machine begins with what the file holds and never writes to it
 */
public record MemoryFile(Path file, boolean template) {}
