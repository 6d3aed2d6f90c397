// SPDX-License-Identifier: Apache-2.0
/** build.txt: its steps, their keys, running them, the layers they leave. */
@NullMarked
package io.crossbuild.script;

import org.jspecify.annotations.NullMarked;
