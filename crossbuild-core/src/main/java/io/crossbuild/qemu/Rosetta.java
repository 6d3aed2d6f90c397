// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import io.crossbuild.arch.Architecture;
import io.crossbuild.io.HostOs;
import io.crossbuild.process.Deadline;
import io.crossbuild.process.ProgramOutput;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Apple's translation of programs for Intel processors, which tells such a program that the processor is one. */
final class Rosetta {
    private static final Logger LOG = LoggerFactory.getLogger(Rosetta.class);
    static final Path SYSCTL = Path.of("/usr/sbin/sysctl");
    private static final Duration TIME = Duration.ofSeconds(5);

    private Rosetta() {}

    /**
     * Whether this JVM is translated: {@code sysctl.proc_translated} is 1 for a translated process, 0 for a native one,
     * and missing where there is no Rosetta ("About the Rosetta translation environment" in Apple's documentation).
     *
     * @param jvm the architecture for which the JVM was made
     * @param sysctl the program that is asked
     */
    static boolean translates(HostOs os, Architecture jvm, Path sysctl) {
        if (os != HostOs.MACOS || jvm != Architecture.AMD64) {
            return false;
        }
        try {
            ProgramOutput output = ProgramOutput.of(
                    List.of(sysctl.toString(), "-n", "sysctl.proc_translated"), Map.of(), Deadline.after(TIME));
            return output.status() == 0 && output.text().strip().equals("1");
        } catch (IOException e) {
            LOG.debug("cannot ask whether Rosetta translates this JVM", e);
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
