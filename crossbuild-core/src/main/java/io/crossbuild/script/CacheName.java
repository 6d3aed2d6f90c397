// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.script;

/**
 * A cache: two lines have the same one when both are equal.
 *
 * @param directory of the guest, absolute
 */
public record CacheName(CacheScope scope, String directory) {}
