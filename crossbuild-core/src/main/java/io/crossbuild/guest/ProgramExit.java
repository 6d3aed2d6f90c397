// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

/**
 * How a program ended.
 *
 * @param status its exit status; 128 plus the signal's number when a signal ended it; 126 when it cannot be executed,
 *     127 when it or its interpreter does not exist
 * @param lookups what the kernel noted about the paths that the program named, if it failed: see {@link LookupNotes}
 */
public record ProgramExit(int status, String lookups) {}
