// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

import io.crossbuild.error.HostDiskException;
import io.crossbuild.error.VirtualMachineException;
import io.crossbuild.io.OutputSink;
import io.crossbuild.spec.UserTerminal;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A running appliance, with one method for each thing that it can do to an environment. The scripts that do it, and the
 * names of the disks, are hidden from its users.
 *
 * <p>Every method throws {@link VirtualMachineException} when the machine ends or stops answering, and
 * {@link HostDiskException} when the host's disk could not take what the guest wrote; the guest cannot be used after
 * that. A command that does not end in time causes a {@link TimeoutException}: it was killed, and the guest can run
 * others.
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
     * @param archive an image that consists of a tar archive
     */
    void makeRoot(Path disk, Path archive, Duration atMost) throws VirtualMachineException, InterruptedException;

    /**
     * Configures the unpacked packages.
     *
     * @return dpkg's exit status
     */
    int configurePackages(OutputSink output, OutputSink errors, Duration atMost)
            throws VirtualMachineException, TimeoutException, InterruptedException;

    /**
     * Plugs in the disk that contains the archives of inputs.
     *
     * @param image a raw image
     */
    void plugInputs(Path image) throws VirtualMachineException, InterruptedException;

    /**
     * Unpacks an input.
     *
     * @param offsetMib where its archive begins on the disk of inputs
     * @param directory the working directory: an absolute path
     * @param target the directory to unpack into, which may be relative to the working directory
     * @return the exit status
     */
    int copyIn(long offsetMib, String directory, String target, OutputSink output, OutputSink errors, Duration atMost)
            throws VirtualMachineException, TimeoutException, InterruptedException;

    /**
     * Runs a step in the environment's bash.
     *
     * @param text bash commands
     * @param before the state in which it starts
     * @param options in any order
     * @param secrets what only this step can see; their variables are not in the state that it leaves
     */
    StepExit runStep(
            String text,
            ShellState before,
            Set<StepOption> options,
            List<StepSecret> secrets,
            OutputSink output,
            OutputSink errors,
            Duration atMost)
            throws VirtualMachineException, TimeoutException, InterruptedException;

    /** What the environment is short of, as far as the guest can tell; called after a failure. */
    Set<Shortage> shortages() throws VirtualMachineException, InterruptedException;

    /**
     * Mounts a separate disk over a directory for everything that runs from now on. A disk without a file system gets
     * one, with the environment's content of the directory.
     *
     * @param image a qcow2 image, which will be used again whatever happens to the machine
     * @param directory an absolute path in the environment
     * @return whether the disk had no file system
     */
    boolean mountCache(Path image, String directory) throws VirtualMachineException, InterruptedException;

    /**
     * Removes packages from apt's caches that apt must not use.
     *
     * @param exports the variables with which the next step starts: apt's configuration may depend on them
     * @param output receives a line for each kind of file that was removed: the kind, how many there were and the names
     *     of some, separated by tabs. The kinds are {@code changed}, {@code odd} and {@code unlisted}
     * @return the exit status
     */
    int checkArchives(String exports, OutputSink output, OutputSink errors, Duration atMost)
            throws VirtualMachineException, TimeoutException, InterruptedException;

    /** Unmounts the disks of caches; their images are complete after that. */
    void unmountCaches(Duration atMost) throws VirtualMachineException, InterruptedException;

    /**
     * Completes a layer with the present state of the mounted disk: from now on the guest writes to {@code overlay},
     * and the image to which it wrote before is complete.
     *
     * @param overlay an empty qcow2 image that is based on the present one
     */
    void snapshot(Path overlay) throws VirtualMachineException, InterruptedException;

    /** Unmounts the disk; its image is complete after that. */
    void unmountRoot() throws VirtualMachineException, InterruptedException;

    /**
     * Opens a shell in the environment, and waits until it ends.
     *
     * @param state the state in which it starts
     * @return its exit status
     */
    int openShell(ShellState state, UserTerminal terminal) throws VirtualMachineException, InterruptedException;

    /**
     * Runs a program in a target root, and nothing else: the guest must have been booted without a disk, and can do
     * nothing else afterwards.
     *
     * @param image a raw image with the target root's files in an ext4 file system, which the program may change
     * @param input what the program reads from standard input; null for nothing. It is read as fast as the program
     *     does, possibly a little further, and is not closed
     */
    ProgramExit runProgram(
            Path image,
            TargetProgram program,
            @Nullable InputStream input,
            OutputSink output,
            OutputSink errors,
            Duration atMost)
            throws VirtualMachineException, TimeoutException, InterruptedException;

    /**
     * Ends the machine, whose disks must be unmounted. Nothing else in the guest is worth waiting for a shutdown.
     *
     * @throws VirtualMachineException when what was written to the disks may not be in their images
     */
    void end() throws VirtualMachineException, InterruptedException;

    /** Ends the machine immediately if it is still running. */
    @Override
    void close();
}
