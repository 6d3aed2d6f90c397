// SPDX-License-Identifier: Apache-2.0
/** build.txt: its steps and directives. */
@NullMarked
package io.crossbuild.script;

import org.jspecify.annotations.NullMarked;
