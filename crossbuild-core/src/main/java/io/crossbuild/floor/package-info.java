// SPDX-License-Identifier: Apache-2.0
/** What selected files need of the libraries of the system that runs them: their floor, and limits for it. */
@NullMarked
package io.crossbuild.floor;

import org.jspecify.annotations.NullMarked;
