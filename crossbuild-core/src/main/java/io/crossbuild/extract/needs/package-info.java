// SPDX-License-Identifier: Apache-2.0
/** What the extracted programs need beside what was asked for, and the proof that they find it. */
@NullMarked
package io.crossbuild.extract.needs;

import org.jspecify.annotations.NullMarked;
