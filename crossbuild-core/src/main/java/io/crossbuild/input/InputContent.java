// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.input;

import io.crossbuild.io.Sha256;

/**
 * The content of an input.
 *
 * @param digest of names, types, modes, link targets and content
 * @param files number of files, directories and links
 * @param bytes total size of all files
 * @param leftOut number of sockets, pipes and devices, which are not copied
 */
public record InputContent(Sha256 digest, int files, long bytes, int leftOut) {}
