// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ssh;

/**
 * What a small remote command did.
 *
 * @param status the exit status; 128 plus the signal's number when a signal ended it
 * @param out what it wrote to standard output
 * @param err what it wrote to standard error
 */
public record CommandResult(int status, String out, String err) {}
