// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.needs;

import io.crossbuild.tree.FileType;
import java.util.SortedMap;

/**
 * What a line of a build file read.
 *
 * @param line its number, from 1
 * @param files the types of regular files, links and directories, by their absolute paths in the guest
 */
public record TracedLine(int line, SortedMap<String, FileType> files) {}
