// SPDX-License-Identifier: Apache-2.0
/** SSH to the guest, for shells: keys, a session. Nothing else knows of sshj. */
@NullMarked
package io.crossbuild.ssh;

import org.jspecify.annotations.NullMarked;
