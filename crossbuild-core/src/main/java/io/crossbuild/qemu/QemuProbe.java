// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import io.crossbuild.arch.Architecture;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.HostRequirementException;
import io.crossbuild.io.HostOs;
import io.crossbuild.process.Deadline;
import io.crossbuild.process.ProgramOutput;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds out what an emulator is. */
final class QemuProbe {
    private static final Pattern VERSION =
            Pattern.compile("QEMU emulator version (\\d+)\\.(\\d+)\\.(\\d+)([^\\r\\n]*)");
    private static final Duration TIME = Duration.ofSeconds(20);

    private QemuProbe() {}

    /**
     * Runs it to get its version.
     *
     * @throws HostRequirementException when it does not run, or is not QEMU
     */
    static QemuBinary probe(Architecture architecture, Path program, List<String> command, Map<String, String> env)
            throws HostRequirementException, InterruptedException {
        List<String> ask = List.of("-version");
        // An emulator that was built without seccomp refuses the option, before it looks at the next.
        List<String> confined = List.of("-sandbox", "on", "-version");
        boolean seccomp = HostOs.current().hasLinuxKernel();
        ProgramOutput first = version(program, command, env, seccomp ? confined : ask);
        boolean sandbox = seccomp && first.status() == 0;
        ProgramOutput output = seccomp && !sandbox ? version(program, command, env, ask) : first;
        Matcher matcher = VERSION.matcher(output.text());
        if (output.status() != 0 || !matcher.find()) {
            String printed = output.text().strip().lines().findFirst().orElse("nothing");
            throw new HostRequirementException(
                    "Cannot use '" + program + "' as QEMU: it ended with status " + output.status() + " and printed '"
                            + printed + "' (expected a version of QEMU)",
                    AdviceKey.QEMU_THAT_WORKS.advice("program", "qemu-system-" + architecture.qemuName()));
        }
        String number = matcher.group(1) + "." + matcher.group(2) + "." + matcher.group(3);
        return new QemuBinary(
                architecture,
                program,
                command,
                env,
                number,
                Integer.parseInt(matcher.group(1)),
                sandbox,
                (number + " " + matcher.group(4).strip()).strip());
    }

    private static ProgramOutput version(
            Path program, List<String> command, Map<String, String> env, List<String> arguments)
            throws HostRequirementException, InterruptedException {
        List<String> argv = new ArrayList<>(command);
        argv.addAll(arguments);
        try {
            return ProgramOutput.of(argv, env, Deadline.after(TIME));
        } catch (IOException e) {
            throw new HostRequirementException(
                    "Cannot use '" + program + "' as QEMU: " + e.getMessage(),
                    AdviceKey.QEMU_THAT_WORKS.advice("program", "qemu-system emulator"),
                    e);
        }
    }
}
