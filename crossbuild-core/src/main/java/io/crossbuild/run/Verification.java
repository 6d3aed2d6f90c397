// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.run;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.ProgramFailedException;
import io.crossbuild.event.Phase;
import io.crossbuild.extract.manifest.OwnFiles;
import io.crossbuild.io.AtomicFile;
import io.crossbuild.io.DiskTrouble;
import io.crossbuild.io.OutputLog;
import io.crossbuild.io.PatientFiles;
import io.crossbuild.io.Sha256;
import io.crossbuild.io.Sha256Digest;
import io.crossbuild.spec.ProgramCall;
import io.crossbuild.spec.RunOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs programs after an extraction, to see that what was extracted works. If all succeed, that is noted in the target
 * root, and they do not run again until the content of the target root or one of the programs is different.
 *
 * @param calls the programs, in this order
 */
public record Verification(
        ProgramRun run,
        List<ProgramCall> calls,
        Map<String, String> variables,
        String workingDirectory,
        RunOptions options) {
    public Verification {
        calls = List.copyOf(calls);
    }

    /** @throws ProgramFailedException when one of the programs fails; the others do not run */
    public void runIfNecessary() throws CrossbuildException, IOException, InterruptedException {
        if (calls.isEmpty()) {
            return;
        }
        OwnFiles own = new OwnFiles(run.targetRoot());
        String key = key(own);
        if (Files.exists(own.verified()) && Files.readString(own.verified()).equals(key)) {
            return;
        }
        PatientFiles.deleteIfExists(own.verified());
        try (OutputLog log =
                OutputLog.open(run.logDirectory(), "verify.log", run.machine().maxLogBytes())) {
            for (ProgramCall call : calls) {
                Phase phase = new Phase.RunProgram(call.text());
                ProgramOutput output = ProgramOutput.to(phase, run.listener(), log);
                Optional<ProgramFailedException> failure =
                        run.failureOf(call, variables, workingDirectory, options, null, output);
                if (failure.isPresent()) {
                    throw failure.get();
                }
            }
        }
        try {
            AtomicFile.write(own.verified(), key.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw DiskTrouble.cannotWrite(own.verified(), e);
        }
    }

    private String key(OwnFiles own) throws IOException {
        Sha256Digest digest = new Sha256Digest();
        digest.part(Sha256.of(own.manifest()).hex());
        digest.part(workingDirectory);
        digest.part(String.valueOf(options.network()));
        digest.part(String.valueOf(variables.size()));
        variables.forEach((name, value) -> {
            digest.part(name);
            digest.part(value);
        });
        for (ProgramCall call : calls) {
            digest.part(String.valueOf(call.args().size()));
            digest.part(call.program());
            call.args().forEach(digest::part);
        }
        return digest.finish().hex();
    }
}
