// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

/** What machines are started with. */
public record QemuChoice(QemuBinary qemu, Accelerator accelerator) {}
