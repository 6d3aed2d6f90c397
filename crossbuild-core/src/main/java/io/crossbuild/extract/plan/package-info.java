// SPDX-License-Identifier: Apache-2.0
/** Which files of the guest go where below the target root, without a look at the host. */
@NullMarked
package io.crossbuild.extract.plan;

import org.jspecify.annotations.NullMarked;
