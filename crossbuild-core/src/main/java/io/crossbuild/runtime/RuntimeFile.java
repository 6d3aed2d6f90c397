// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.runtime;

import io.crossbuild.tree.TreePaths;

/**
 * A file that a rule names.
 *
 * @param path as a program opens it: it may lead through links
 * @param found the file to which it leads, and the links on the way
 */
public record RuntimeFile(String path, TreePaths.Found found) {}
