// SPDX-License-Identifier: Apache-2.0
/** A client of SSH; the only user of sshj. */
@NullMarked
package io.crossbuild.ssh;

import org.jspecify.annotations.NullMarked;
