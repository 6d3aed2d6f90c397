// SPDX-License-Identifier: Apache-2.0
/** What steps leave in the store: layers, their metadata, and the disks of caches. */
@NullMarked
package io.crossbuild.layer;

import org.jspecify.annotations.NullMarked;
