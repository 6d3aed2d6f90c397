// SPDX-License-Identifier: Apache-2.0
/** Environments: making them from a distribution's packages, listing and removing them. */
@NullMarked
package io.crossbuild.environment;

import org.jspecify.annotations.NullMarked;
