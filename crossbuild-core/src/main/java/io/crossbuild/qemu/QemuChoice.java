// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

/** The emulator and accelerator with which machines are started. */
public record QemuChoice(QemuBinary qemu, Accelerator accelerator) {}
