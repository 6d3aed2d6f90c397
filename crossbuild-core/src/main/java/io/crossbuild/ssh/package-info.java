// SPDX-License-Identifier: Apache-2.0
/** SSH to the guest: keys, one session, commands in it. Nothing else knows of sshj. */
@NullMarked
package io.crossbuild.ssh;

import org.jspecify.annotations.NullMarked;
