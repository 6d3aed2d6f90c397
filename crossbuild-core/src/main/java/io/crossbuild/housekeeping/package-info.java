// SPDX-License-Identifier: Apache-2.0
/** What the store holds, and what of it may be removed. */
@NullMarked
package io.crossbuild.housekeeping;

import org.jspecify.annotations.NullMarked;
