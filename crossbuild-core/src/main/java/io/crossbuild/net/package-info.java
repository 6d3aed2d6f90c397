// SPDX-License-Identifier: Apache-2.0
/** Downloads; the only user of java.net.http. */
@NullMarked
package io.crossbuild.net;

import org.jspecify.annotations.NullMarked;
