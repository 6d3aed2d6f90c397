// SPDX-License-Identifier: Apache-2.0
/** The facade: install an environment, build in it, extract from it. */
@NullMarked
package io.crossbuild;

import org.jspecify.annotations.NullMarked;
