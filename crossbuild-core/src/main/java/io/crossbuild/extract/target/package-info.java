// SPDX-License-Identifier: Apache-2.0
/** The target root on the host: fits the plan into it, stages the files, moves them into place. */
@NullMarked
package io.crossbuild.extract.target;

import org.jspecify.annotations.NullMarked;
