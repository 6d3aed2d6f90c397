// SPDX-License-Identifier: Apache-2.0
/**
 * What programs open at run time beside the libraries that they name: modules for names and character sets, certificates,
 * locales, time zones, plugins. It cannot be known for certain, so it is told in groups and never added by itself.
 */
@NullMarked
package io.crossbuild.ldso.hint;

import org.jspecify.annotations.NullMarked;
