// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.run;

import io.crossbuild.arch.Architecture;
import io.crossbuild.error.ProgramFailedException;
import io.crossbuild.guest.MemoryGuests;
import io.crossbuild.guest.Story;
import io.crossbuild.io.OutputLog;
import io.crossbuild.spec.MachineOptions;
import io.crossbuild.spec.ProgramCall;
import io.crossbuild.spec.ProgramStreams;
import io.crossbuild.spec.RunOptions;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.MemoryFileTree;
import io.crossbuild.tree.MemoryFileTreeBuilder;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A target root, the guest from which it is, and guests in memory that run its programs: scripts of MemoryShell. */
final class TestTarget {
    final Story story = new Story();
    final MemoryGuests guests = new MemoryGuests(story);
    final MemoryFileTreeBuilder guest = MemoryFileTree.builder();
    final Path root;
    private final Path directory;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private Map<String, String> variables = Map.of();
    private String workingDirectory = "/";
    private @Nullable InputStream input;
    private boolean known = true;
    private @Nullable MemoryFileTree tree;

    TestTarget(Path directory) throws Exception {
        this.directory = Files.createDirectories(directory.resolve("build"));
        this.root = Files.createDirectories(directory.resolve("root"));
    }

    TestTarget file(String path, String content) throws Exception {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        return this;
    }

    TestTarget with(Map<String, String> env, String cwd) {
        variables = env;
        workingDirectory = cwd;
        return this;
    }

    TestTarget reading(InputStream stream) {
        input = stream;
        return this;
    }

    /** The store has no disk from which it was extracted. */
    TestTarget ofUnknownOrigin() {
        known = false;
        return this;
    }

    Path logs() {
        return directory.resolve("logs");
    }

    String printed() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    ProgramRun runner() {
        return new ProgramRun(
                guests,
                story,
                Architecture.AMD64,
                MachineOptions.defaults().withDiskSizeBytes(1 << 20),
                root,
                logs(),
                directory,
                () -> known ? Optional.of(tree()) : Optional.empty());
    }

    private FileTree tree() {
        MemoryFileTree built = tree == null ? guest.build() : tree;
        tree = built;
        return built;
    }

    Optional<ProgramFailedException> run(String program, String... args) throws Exception {
        try (OutputLog log = OutputLog.open(logs(), "run.log", 1 << 20)) {
            return runner().failureOf(
                            ProgramCall.of(program, args),
                            variables,
                            workingDirectory,
                            RunOptions.DEFAULTS,
                            input,
                            ProgramOutput.to(ProgramStreams.to(printed, printed), log));
        }
    }
}
