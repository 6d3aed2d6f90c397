// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An in-memory file system of a given size, in its own mount namespace: it disappears when its shell ends. An ordinary
 * user can create it with a user namespace, if the distribution allows these, as Debian does.
 */
final class SmallDisk implements AutoCloseable {
    private static final String DONE = "--done--";

    private final Process shell;
    private final BufferedReader answers;
    private final boolean root;
    private final Path place;

    private SmallDisk(Process shell, boolean root, Path place) {
        this.shell = shell;
        this.answers = new BufferedReader(new InputStreamReader(shell.getInputStream(), StandardCharsets.UTF_8));
        this.root = root;
        this.place = place;
    }

    /** @param place a directory, which is created if it does not exist */
    static SmallDisk mount(Path place, String size) throws IOException {
        Files.createDirectories(place);
        boolean root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        Process shell = new ProcessBuilder("unshare", root ? "-m" : "-Urm", "sh")
                .redirectErrorStream(true)
                .start();
        SmallDisk disk = new SmallDisk(shell, root, place);
        String said = disk.run("mount -t tmpfs -o size=" + size + " tmpfs '" + place + "' && echo mounted");
        assertThat(said)
                .as("a mount namespace, which needs root or user namespaces")
                .isEqualTo("mounted");
        return disk;
    }

    void resize(String size) throws IOException {
        // Named in full, as mount(8) would add options that a user namespace refuses.
        assertThat(run("mount -t tmpfs -o remount,size=" + size + " tmpfs '" + place + "'"))
                .isEmpty();
    }

    long freeKib() throws IOException {
        return Long.parseLong(
                run("df -k --output=avail '" + place + "' | tail -n 1").strip());
    }

    /** Runs a line in the namespace; returns what it prints. */
    String run(String line) throws IOException {
        OutputStream commands = shell.getOutputStream();
        commands.write((line + "; echo " + DONE + "\n").getBytes(StandardCharsets.UTF_8));
        commands.flush();
        List<String> lines = new ArrayList<>();
        for (String said = answers.readLine(); !DONE.equals(said); said = answers.readLine()) {
            if (said == null) {
                throw new IOException("the shell of the namespace ended: " + lines);
            }
            lines.add(said);
        }
        return String.join("\n", lines);
    }

    /** The prefix of a command that runs it in the namespace. */
    List<String> prefix(Path workingDirectory) {
        List<String> words = new ArrayList<>(List.of("nsenter", "-t", Long.toString(shell.pid()), "-m"));
        if (!root) {
            words.addAll(List.of("-U", "--preserve-credentials"));
        }
        words.addAll(List.of("sh", "-c", "cd \"$0\" && exec \"$@\"", workingDirectory.toString()));
        return words;
    }

    @Override
    public void close() throws IOException {
        shell.getOutputStream().close();
        shell.destroy();
    }
}
