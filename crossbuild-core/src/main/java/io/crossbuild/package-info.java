// SPDX-License-Identifier: Apache-2.0
/** The facade: installs environments, builds in them, extracts from them. */
@NullMarked
package io.crossbuild;

import org.jspecify.annotations.NullMarked;
