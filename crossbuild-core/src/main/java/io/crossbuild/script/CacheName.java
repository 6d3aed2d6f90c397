// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.script;

/**
 * Identifies a cache: two lines have the same cache when both parts are equal.
 *
 * @param directory of the guest, absolute
 */
public record CacheName(CacheScope scope, String directory) {}
