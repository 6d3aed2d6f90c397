// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.input;

import io.crossbuild.io.Sha256;

/**
 * What was found in an input.
 *
 * @param digest of names, types, modes, link targets and content
 * @param files files, directories and links
 * @param bytes of all files
 * @param leftOut sockets, pipes and devices
 */
public record InputContent(Sha256 digest, int files, long bytes, int leftOut) {}
