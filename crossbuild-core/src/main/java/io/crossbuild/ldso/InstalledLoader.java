// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import io.crossbuild.closure.CpuProfile;
import io.crossbuild.error.CrossbuildException;
import java.io.IOException;
import java.util.List;

/** A dynamic loader in a tree, with the settings that it was built with. */
sealed interface InstalledLoader permits GlibcLoader, MuslLoader {
    /** The processors for which the loader may give different answers, the newest first; at least one. */
    List<CpuProfile> profiles();

    /** Which files it accepts. */
    AbiFilter filter();

    /**
     * A process that contains only its program.
     *
     * @param mainIsProgram whether the main object is a program, not a library that is resolved on its own
     */
    LoaderProcess process(LoadedObject main, boolean mainIsProgram, CpuProfile cpu, ClosureBuilder out)
            throws IOException, CrossbuildException;
}
