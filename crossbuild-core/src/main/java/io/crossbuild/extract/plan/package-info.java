// SPDX-License-Identifier: Apache-2.0
/** Plans which files of the guest go where below the target root, without accessing the host. */
@NullMarked
package io.crossbuild.extract.plan;

import org.jspecify.annotations.NullMarked;
