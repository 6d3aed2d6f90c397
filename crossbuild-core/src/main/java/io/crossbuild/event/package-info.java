// SPDX-License-Identifier: Apache-2.0
/** What happens during a build, as values; the frontend provides the words. */
@NullMarked
package io.crossbuild.event;

import org.jspecify.annotations.NullMarked;
