// SPDX-License-Identifier: Apache-2.0
/**
 * What programs open by themselves, beyond the libraries that a loader opens for them: the standard library of an
 * interpreter, plugins, configuration, other programs. The rules are data, in {@code rules.txt}; each has a source.
 */
@NullMarked
package io.crossbuild.runtime;

import org.jspecify.annotations.NullMarked;
