// SPDX-License-Identifier: Apache-2.0
/** The Maven plugin: goals on top of the facade, parameters with their origin, events in Maven's log. */
@NullMarked
package io.crossbuild.maven;

import org.jspecify.annotations.NullMarked;
