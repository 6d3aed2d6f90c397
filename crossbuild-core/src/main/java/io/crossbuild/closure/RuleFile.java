// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.closure;

import org.jspecify.annotations.Nullable;

/**
 * A file or link that a program opens by itself, as a rule says.
 *
 * @param path canonical
 * @param rule the rule's name
 * @param what the files, in words
 * @param trigger path of the file that made the rule apply, or the name of a variable; null if a group of hints did
 * @param bytes its size; 0 for a link
 */
public record RuleFile(
        String path, String rule, String what, @Nullable String trigger, long bytes) {}
