// SPDX-License-Identifier: Apache-2.0
/** What an extraction leaves in the target root for the next one to go by. */
@NullMarked
package io.crossbuild.extract.manifest;

import org.jspecify.annotations.NullMarked;
