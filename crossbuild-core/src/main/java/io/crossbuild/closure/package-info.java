// SPDX-License-Identifier: Apache-2.0
/** The closure of a program for people and machines: as a tree, as JSON, and the answers to "why" and "why not". */
@NullMarked
package io.crossbuild.closure;

import org.jspecify.annotations.NullMarked;
