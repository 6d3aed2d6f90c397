// SPDX-License-Identifier: Apache-2.0
/** Boots appliances and talks to them. No other package knows a script of the guest. */
@NullMarked
package io.crossbuild.guest;

import org.jspecify.annotations.NullMarked;
