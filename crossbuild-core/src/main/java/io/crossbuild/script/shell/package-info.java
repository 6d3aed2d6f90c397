// SPDX-License-Identifier: Apache-2.0
/** Finds where a bash command ends. */
@NullMarked
package io.crossbuild.script.shell;

import org.jspecify.annotations.NullMarked;
