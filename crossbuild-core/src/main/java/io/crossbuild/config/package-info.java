// SPDX-License-Identifier: Apache-2.0
/** config.json in the schema of OPS: reading it with all errors at once, and merging it with other values. */
@NullMarked
package io.crossbuild.config;

import org.jspecify.annotations.NullMarked;
