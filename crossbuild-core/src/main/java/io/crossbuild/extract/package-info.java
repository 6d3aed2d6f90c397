// SPDX-License-Identifier: Apache-2.0
/**
 * An extraction from a guest to a directory of the host: its flow, its options, and whether there is anything to do.
 */
@NullMarked
package io.crossbuild.extract;

import org.jspecify.annotations.NullMarked;
