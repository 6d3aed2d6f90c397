// SPDX-License-Identifier: Apache-2.0
/** Files of the host that a build copies into the guest: their selection, their digest, and their archive. */
@NullMarked
package io.crossbuild.input;

import org.jspecify.annotations.NullMarked;
