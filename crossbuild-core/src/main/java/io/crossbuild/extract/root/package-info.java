// SPDX-License-Identifier: Apache-2.0
/** The target root on the host: what is in the way there, what is staged, what is put into place. */
@NullMarked
package io.crossbuild.extract.root;

import org.jspecify.annotations.NullMarked;
