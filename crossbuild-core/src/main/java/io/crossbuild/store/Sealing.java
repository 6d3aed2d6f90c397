// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.store;

/** What is recorded about published files, so that damage is noticed. */
public enum Sealing {
    /** Digests of their content. */
    DIGESTS,
    /** Only size and time: they can be made again in the time that it takes to read them. */
    STAMPS,
    /** Nothing, because they change. */
    NONE
}
