// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.plan;

import org.jspecify.annotations.Nullable;

/**
 * Why a file is extracted.
 *
 * @param requester the guest path of the file that needs it; null when the configuration names it
 * @param name the name by which it was requested
 * @param rule the key of the configuration, or the loader's rule
 */
public record ExtractionReason(@Nullable String requester, String name, String rule) {}
