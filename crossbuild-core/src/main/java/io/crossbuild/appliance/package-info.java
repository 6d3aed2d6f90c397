// SPDX-License-Identifier: Apache-2.0
/** Makes the kernel and the initramfs that host an environment. */
@NullMarked
package io.crossbuild.appliance;

import org.jspecify.annotations.NullMarked;
