// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

import io.crossbuild.error.HostDiskException;
import io.crossbuild.error.VirtualMachineException;
import io.crossbuild.io.OutputSink;
import io.crossbuild.spec.UserTerminal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/**
 * A running appliance: one method for each thing that it can do to an environment. With which of its scripts it does that,
 * and what its disks are called, is no concern of its users.
 *
 * <p>Every method throws {@link VirtualMachineException} when the machine ends or stops answering, and a
 * {@link HostDiskException} when the host's disk did not take what the guest wrote; nothing else can be done with the guest
 * then. A command that does not end in time is a {@link TimeoutException}: it was killed, and the guest can run others.
 *
 * <p>For one thread at a time.
 */
public interface Guest extends AutoCloseable {
    /** How many caches can be mounted. */
    int MAX_CACHES = 6;

    /**
     * Makes a file system on a blank disk, mounts it, and unpacks an archive into it.
     *
     * @param disk a qcow2 image
     * @param archive an image that is a tar archive
     */
    void makeRoot(Path disk, Path archive, Duration atMost) throws VirtualMachineException, InterruptedException;

    /**
     * Configures the packages that were unpacked.
     *
     * @return dpkg's exit status
     */
    int configurePackages(OutputSink output, OutputSink errors, Duration atMost)
            throws VirtualMachineException, TimeoutException, InterruptedException;

    /**
     * Plugs in the disk that holds the archives of inputs.
     *
     * @param image a raw image
     */
    void plugInputs(Path image) throws VirtualMachineException, InterruptedException;

    /**
     * Unpacks an input.
     *
     * @param offsetMib where its archive begins on the disk of inputs
     * @param directory the working directory: an absolute path
     * @param target the directory to unpack in, which may be relative to the working directory
     * @return the exit status
     */
    int copyIn(long offsetMib, String directory, String target, OutputSink output, OutputSink errors, Duration atMost)
            throws VirtualMachineException, TimeoutException, InterruptedException;

    /**
     * Runs a step in the environment's bash.
     *
     * @param text bash commands
     * @param before what it begins with
     */
    StepExit runStep(String text, ShellState before, OutputSink output, OutputSink errors, Duration atMost)
            throws VirtualMachineException, TimeoutException, InterruptedException;

    /** What the environment is short of, as far as the guest can tell: asked after a failure. */
    Set<Shortage> shortages() throws VirtualMachineException, InterruptedException;

    /**
     * Shows a disk of its own in the place of a directory, to all that is run from now on. A disk that holds no file
     * system gets one, and what the environment has in the directory.
     *
     * @param image a qcow2 image, which is used again whatever becomes of the machine
     * @param directory an absolute path in the environment
     * @return whether the disk held no file system
     */
    boolean mountCache(Path image, String directory) throws VirtualMachineException, InterruptedException;

    /**
     * Removes packages from apt's caches that apt must not take.
     *
     * @param exports the variables that the next step begins with: apt's configuration may depend on them
     * @param output takes a line for each kind of file that was removed: the kind, how many there were and the names of
     *     some, separated by tabs. The kinds are {@code changed}, {@code odd} and {@code unlisted}
     * @return the exit status
     */
    int checkArchives(String exports, OutputSink output, OutputSink errors, Duration atMost)
            throws VirtualMachineException, TimeoutException, InterruptedException;

    /** Lets go of the disks of caches; their images are complete then. */
    void unmountCaches(Duration atMost) throws VirtualMachineException, InterruptedException;

    /**
     * Takes the state of the mounted disk into a layer: from now on the guest writes to {@code overlay}, and what it
     * wrote to before is complete.
     *
     * @param overlay an empty qcow2 image that is based on the present one
     */
    void snapshot(Path overlay) throws VirtualMachineException, InterruptedException;

    /** Lets go of the disk that is mounted; its image is complete then. */
    void unmountRoot() throws VirtualMachineException, InterruptedException;

    /**
     * Opens a shell in the environment, and waits for its end.
     *
     * @param state what it begins with
     * @return its exit status
     */
    int openShell(ShellState state, UserTerminal terminal) throws VirtualMachineException, InterruptedException;

    /**
     * Ends the machine; its disks must be unmounted. Nothing else in the guest is worth the time of its shutdown.
     *
     * @throws VirtualMachineException when what was written to the disks may not be in their images
     */
    void end() throws VirtualMachineException, InterruptedException;

    /** Ends the machine at once if it still runs. */
    @Override
    void close();
}
