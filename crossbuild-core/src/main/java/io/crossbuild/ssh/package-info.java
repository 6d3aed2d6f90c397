// SPDX-License-Identifier: Apache-2.0
/** SSH to the guest, for shells: keys, a session. No other package uses sshj. */
@NullMarked
package io.crossbuild.ssh;

import org.jspecify.annotations.NullMarked;
