// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import io.crossbuild.closure.CpuProfile;
import io.crossbuild.error.CrossbuildException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A program with one process for each processor that makes a difference. */
final class RunningProgram {
    private final InstalledLoader loader;
    private final LoadedObject main;
    private final boolean isProgram;
    private final ClosureBuilder out;
    private final Map<CpuProfile, LoaderProcess> processes = new LinkedHashMap<>();

    /** @param isProgram whether it is a program, not a library that is resolved on its own */
    RunningProgram(InstalledLoader loader, LoadedObject main, boolean isProgram, ClosureBuilder out) {
        this.loader = loader;
        this.main = main;
        this.isProgram = isProgram;
        this.out = out;
    }

    InstalledLoader loader() {
        return loader;
    }

    void start() throws IOException, CrossbuildException {
        List<CpuProfile> profiles = loader.profiles();
        LoaderProcess newest = process(profiles.get(0));
        out.linkMap(newest.linkMap());
        if (newest.dependsOnCpu()) {
            for (CpuProfile other : profiles) {
                process(other);
            }
        }
    }

    /** Opens an addon in each process that makes a difference. */
    void open(String path, TreeView.Present file, TreeView.Elf elf) throws IOException, CrossbuildException {
        List<CpuProfile> profiles = loader.profiles();
        LoaderProcess newest = process(profiles.get(0)).open(path, file, elf);
        out.linkMap(newest.linkMap());
        if (newest.dependsOnCpu() || processes.size() > 1) {
            for (CpuProfile other : profiles.subList(1, profiles.size())) {
                process(other).open(path, file, elf);
            }
        }
    }

    /**
     * Opens a library by its plain name in each process that makes a difference.
     *
     * @return whether there is such a library
     */
    boolean openByName(String name, @Nullable String openedBy) throws IOException, CrossbuildException {
        List<CpuProfile> profiles = loader.profiles();
        Optional<LoaderProcess> newest = process(profiles.get(0)).openByName(name, openedBy);
        if (newest.isEmpty() || newest.get().dependsOnCpu() || processes.size() > 1) {
            for (CpuProfile other : profiles.subList(1, profiles.size())) {
                process(other).openByName(name, openedBy);
            }
        }
        newest.ifPresent(p -> out.linkMap(p.linkMap()));
        return newest.isPresent();
    }

    private LoaderProcess process(CpuProfile profile) throws IOException, CrossbuildException {
        LoaderProcess process = processes.get(profile);
        if (process == null) {
            process = loader.process(main, isProgram, profile, out);
            process.start();
            processes.put(profile, process);
        }
        return process;
    }
}
