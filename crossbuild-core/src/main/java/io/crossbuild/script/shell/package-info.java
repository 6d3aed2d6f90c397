// SPDX-License-Identifier: Apache-2.0
/** Where a command of bash ends. */
@NullMarked
package io.crossbuild.script.shell;

import org.jspecify.annotations.NullMarked;
