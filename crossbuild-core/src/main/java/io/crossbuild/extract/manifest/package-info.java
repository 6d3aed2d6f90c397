// SPDX-License-Identifier: Apache-2.0
/** What an extraction records in the target root for the next one. */
@NullMarked
package io.crossbuild.extract.manifest;

import org.jspecify.annotations.NullMarked;
