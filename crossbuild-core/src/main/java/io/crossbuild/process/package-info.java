// SPDX-License-Identifier: Apache-2.0
/** Child processes with a deadline, ended as a whole tree. */
@NullMarked
package io.crossbuild.process;

import org.jspecify.annotations.NullMarked;
