// SPDX-License-Identifier: Apache-2.0
/** What a guest may reach: reads the frames that it sends, and passes or drops them. */
@NullMarked
package io.crossbuild.network;

import org.jspecify.annotations.NullMarked;
