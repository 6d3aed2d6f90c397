// SPDX-License-Identifier: Apache-2.0
/** Files on the host (atomic writes, digests, locks), the output of programs, and threads for one task. */
@NullMarked
package io.crossbuild.io;

import org.jspecify.annotations.NullMarked;
