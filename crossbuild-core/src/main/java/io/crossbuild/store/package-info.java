// SPDX-License-Identifier: Apache-2.0
/** The store: layout on disk, atomic publishing, locks. */
@NullMarked
package io.crossbuild.store;

import org.jspecify.annotations.NullMarked;
