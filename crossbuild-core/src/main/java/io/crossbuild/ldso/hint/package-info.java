// SPDX-License-Identifier: Apache-2.0
/**
 * What programs open at run time in addition to the libraries that they name: modules for names and character sets,
 * certificates, locales, time zones, plugins. This cannot be known for certain, so it is reported in groups and never
 * added automatically.
 */
@NullMarked
package io.crossbuild.ldso.hint;

import org.jspecify.annotations.NullMarked;
