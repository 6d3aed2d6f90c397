// SPDX-License-Identifier: Apache-2.0
/** Files on the host: atomic writes, digests, locks; and what programs print. */
@NullMarked
package io.crossbuild.io;

import org.jspecify.annotations.NullMarked;
