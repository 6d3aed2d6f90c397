// SPDX-License-Identifier: Apache-2.0
/** The kernel and initramfs that host an environment: making them, booting them, talking to the guest. */
@NullMarked
package io.crossbuild.appliance;

import org.jspecify.annotations.NullMarked;
