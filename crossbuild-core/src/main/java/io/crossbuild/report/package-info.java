// SPDX-License-Identifier: Apache-2.0
/** A closure as a tree, as JSON, and the answers to "why" and "why not". */
@NullMarked
package io.crossbuild.report;

import org.jspecify.annotations.NullMarked;
