// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract;

import io.crossbuild.disk.ext4.ReadTrace;
import io.crossbuild.dpkg.InstalledPackage;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * All that an extraction is going to write.
 *
 * @param owners packages by canonical guest path
 * @param runConfiguration the content of run.json
 * @param left see {@link ExtractionResult}
 * @param provenance of all of it, to be recorded; null for no record
 * @param trace of what is read for it, to be recorded too; null for none
 */
record PlannedExtraction(
        TargetPlan plan,
        Future<Map<String, InstalledPackage>> owners,
        String runConfiguration,
        Future<List<RuntimeGroup>> left,
        @Nullable Provenance provenance,
        @Nullable ReadTrace trace) {}
