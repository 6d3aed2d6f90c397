// SPDX-License-Identifier: Apache-2.0
/** Lists what the store contains, and removes what is no longer needed. */
@NullMarked
package io.crossbuild.housekeeping;

import org.jspecify.annotations.NullMarked;
