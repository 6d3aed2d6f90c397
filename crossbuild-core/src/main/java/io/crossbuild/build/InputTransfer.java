// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.build;

import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.VirtualMachineException;
import io.crossbuild.guest.Guest;
import io.crossbuild.input.HostInput;
import io.crossbuild.input.InputDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Brings the inputs of steps into a guest: all on one disk, so that no file is sent separately. */
final class InputTransfer {
    private final Path image;
    private final Map<HostInput, InputDisk.Archive> archives = new HashMap<>();

    private InputTransfer(Path image) {
        this.image = image;
    }

    /**
     * Writes the disk's image, unless no step has an input.
     *
     * @throws CrossbuildException when an input has changed since it became part of the step's key
     */
    static InputTransfer write(Path image, List<PreparedStep> steps) throws IOException, CrossbuildException {
        InputTransfer transfer = new InputTransfer(image);
        List<PreparedStep.Input> inputs =
                steps.stream().flatMap(step -> step.inputs().stream()).toList();
        if (inputs.isEmpty()) {
            return transfer;
        }
        List<InputDisk.Archive> written = InputDisk.write(
                image, inputs.stream().map(PreparedStep.Input::source).toList());
        for (int i = 0; i < inputs.size(); i++) {
            PreparedStep.Input input = inputs.get(i);
            if (!written.get(i).content().digest().equals(input.content().digest())) {
                throw new CrossbuildException(
                        "'" + input.source().spec().text()
                                + "' failed: its source changed while the build was starting (expected no change)",
                        AdviceKey.LEAVE_INPUT_ALONE.advice());
            }
            transfer.archives.put(input.source(), written.get(i));
        }
        return transfer;
    }

    void plug(Guest guest) throws VirtualMachineException, InterruptedException {
        if (!archives.isEmpty()) {
            guest.plugInputs(image);
        }
    }

    /** Where the archive of an input starts on the disk. */
    long offsetMib(HostInput input) {
        InputDisk.Archive archive = archives.get(input);
        if (archive == null) {
            throw new IllegalArgumentException("'" + input.spec().text() + "' is not on the disk");
        }
        return archive.offsetMib();
    }
}
