// SPDX-License-Identifier: Apache-2.0
/** Boots appliances and talks to them. No other package knows the guest's scripts. */
@NullMarked
package io.crossbuild.guest;

import org.jspecify.annotations.NullMarked;
