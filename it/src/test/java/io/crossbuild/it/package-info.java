// SPDX-License-Identifier: Apache-2.0
/** Runs Maven on example projects and checks what a user would see. */
@NullMarked
package io.crossbuild.it;

import org.jspecify.annotations.NullMarked;
