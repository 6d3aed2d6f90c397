// SPDX-License-Identifier: Apache-2.0
/**
 * Child processes: their output, their deadlines, the sockets that they connect to, and their end together with this
 * JVM.
 */
@NullMarked
package io.crossbuild.process;

import org.jspecify.annotations.NullMarked;
