// SPDX-License-Identifier: Apache-2.0
/** Files of the host that a build takes along: which, their digest, and as an archive for the guest. */
@NullMarked
package io.crossbuild.input;

import org.jspecify.annotations.NullMarked;
