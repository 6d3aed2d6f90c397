// SPDX-License-Identifier: Apache-2.0
/** What the extracted programs need in addition to what was requested, and the proof that they find it. */
@NullMarked
package io.crossbuild.extract.needs;

import org.jspecify.annotations.NullMarked;
