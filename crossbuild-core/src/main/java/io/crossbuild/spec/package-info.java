// SPDX-License-Identifier: Apache-2.0
/** What a user specifies, as values: the machine, the environment, inputs, the extraction. */
@NullMarked
package io.crossbuild.spec;

import org.jspecify.annotations.NullMarked;
