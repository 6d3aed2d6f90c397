// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import io.crossbuild.closure.OpenReason;
import io.crossbuild.closure.ProbedPath;
import io.crossbuild.closure.SearchRule;
import io.crossbuild.closure.StartProblem;
import io.crossbuild.elf.ElfFile;
import io.crossbuild.elf.ElfHeader;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.tree.TreePaths;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the kernel does before a loader runs: scripts lead to their interpreter, programs to their loader. */
final class ProgramLauncher {
    /** The kernel allows this many scripts in a row (exec_binprm in fs/exec.c). */
    private static final int MAX_SCRIPTS = 5;

    private final TreeView view;
    private final LoaderOptions options;
    private final Map<String, InstalledLoader> loaders = new HashMap<>();

    ProgramLauncher(TreeView view, LoaderOptions options) {
        this.view = view;
        this.options = options;
    }

    /**
     * Starts a program or script.
     *
     * @param path absolute
     * @param reason why it is started
     * @return the program that finally runs: for a script its interpreter; empty for a static program or after a
     *     problem
     */
    Optional<RunningProgram> launch(String path, TreeView.Present file, OpenReason reason, ClosureBuilder out)
            throws IOException, CrossbuildException {
        return launch(path, path, file, reason, 0, out);
    }

    private Optional<RunningProgram> launch(
            String root, String path, TreeView.Present file, OpenReason reason, int depth, ClosureBuilder out)
            throws IOException, CrossbuildException {
        out.opened(path, file, reason);
        out.request(path, reason, List.of());
        if (view.elf(file) instanceof TreeView.Elf elf) {
            String interpreter = elf.file().interpreter();
            return interpreter == null
                    ? Optional.empty()
                    : start(root, LoadedObject.program(path, file, elf.file()), elf.file(), interpreter, true, out);
        }
        Optional<ScriptLine> script = ScriptLine.parse(view.head(file, ScriptLine.MAX_BYTES));
        if (script.isEmpty()) {
            out.problem(
                    StartProblem.Kind.NOT_LOADABLE,
                    root,
                    path,
                    "Cannot start '" + path + "': neither an ELF file nor a script (expected a program)");
            return Optional.empty();
        }
        if (depth == MAX_SCRIPTS) {
            out.problem(
                    StartProblem.Kind.MISSING_INTERPRETER,
                    root,
                    path,
                    "Cannot start '" + path + "': a script run by a script, " + (MAX_SCRIPTS + 1)
                            + " deep (expected at most " + MAX_SCRIPTS + ")");
            return Optional.empty();
        }
        return interpret(root, path, script.get(), depth, out);
    }

    private Optional<RunningProgram> interpret(
            String root, String script, ScriptLine line, int depth, ClosureBuilder out)
            throws IOException, CrossbuildException {
        String interpreter = options.absolute(line.interpreter());
        Optional<TreeView.Present> file = view.regularFile(interpreter);
        if (file.isEmpty() && interpreter.endsWith("\r")) {
            out.problem(StartProblem.Kind.WINDOWS_LINE_ENDS, root, script, windowsLineEnds(script, line.interpreter()));
            return Optional.empty();
        }
        if (file.isEmpty()) {
            out.problem(
                    StartProblem.Kind.MISSING_INTERPRETER,
                    root,
                    script,
                    "Cannot start '" + script + "': its interpreter '" + interpreter + "' " + absence(interpreter)
                            + " (expected a program)");
            return Optional.empty();
        }
        OpenReason reason = new OpenReason(script, line.interpreter(), SearchRule.SCRIPT_INTERPRETER, null);
        Optional<RunningProgram> running = launch(root, interpreter, file.get(), reason, depth + 1, out);
        Optional<ScriptLine.EnvCommand> command =
                TreePaths.name(interpreter).equals("env") ? line.envCommand() : Optional.empty();
        return command.isPresent() ? runByEnv(root, script, interpreter, command.get(), depth, out) : running;
    }

    private static String windowsLineEnds(String script, String name) {
        return "Cannot start '" + script + "': it has Windows line ends, so it is run by '" + name.replace("\r", "\\r")
                + "' (expected Unix line ends)";
    }

    private Optional<RunningProgram> runByEnv(
            String root, String script, String env, ScriptLine.EnvCommand command, int depth, ClosureBuilder out)
            throws IOException, CrossbuildException {
        List<ProbedPath> refused = new ArrayList<>();
        for (String candidate : candidates(command)) {
            String path = options.absolute(candidate);
            TreeView.Lookup lookup = view.lookup(path);
            if (lookup instanceof TreeView.Present file
                    && file.node().isRegular()
                    && (file.node().permissions() & 0111) != 0) {
                OpenReason reason = new OpenReason(env, command.name(), SearchRule.PROGRAM_PATH, null);
                return launch(root, path, file, reason, depth + 1, out);
            }
            refused.add(
                    lookup instanceof TreeView.Absent absent
                            ? new ProbedPath(path, SearchRule.PROGRAM_PATH, null, absent.refusal(), absent.detail())
                            : new ProbedPath(
                                    path,
                                    SearchRule.PROGRAM_PATH,
                                    null,
                                    ProbedPath.Refusal.NOT_LOADABLE,
                                    "not an executable file"));
        }
        if (command.name().endsWith("\r")) {
            out.problem(StartProblem.Kind.WINDOWS_LINE_ENDS, root, script, windowsLineEnds(script, command.name()));
            return Optional.empty();
        }
        out.missing(root, env, command.name(), refused);
        return Optional.empty();
    }

    private List<String> candidates(ScriptLine.EnvCommand command) {
        if (command.name().contains("/")) {
            return List.of(command.name());
        }
        String path = command.path() == null ? options.programPath() : command.path();
        List<String> result = new ArrayList<>();
        for (String directory : path.split(":", -1)) {
            result.add(directory.isEmpty() ? command.name() : directory + "/" + command.name());
        }
        return result;
    }

    /**
     * Starts an object under a loader.
     *
     * @param isProgram whether it is a program, not a library that is resolved on its own
     */
    Optional<RunningProgram> start(
            String root, LoadedObject main, ElfFile elf, String interpreter, boolean isProgram, ClosureBuilder out)
            throws IOException, CrossbuildException {
        String loaderPath = options.absolute(interpreter);
        Optional<TreeView.Present> file = view.regularFile(loaderPath);
        String problem = loaderProblem(loaderPath, file.orElse(null), elf.header());
        if (problem != null) {
            out.problem(
                    StartProblem.Kind.MISSING_INTERPRETER,
                    root,
                    main.path(),
                    "Cannot start '" + main.path() + "': its interpreter '" + interpreter + "' " + problem
                            + " (expected a loader for " + AbiFilter.describe(elf.header()) + ")");
        } else if (file.isPresent()) {
            OpenReason reason = new OpenReason(main.path(), interpreter, SearchRule.INTERPRETER, null);
            out.opened(loaderPath, file.get(), reason);
            out.request(loaderPath, reason, List.of());
        }
        InstalledLoader loader = loader(interpreter, problem == null ? file.orElse(null) : null, elf.header());
        RunningProgram running = new RunningProgram(loader, main, isProgram, out);
        running.start();
        return Optional.of(running);
    }

    private @Nullable String loaderProblem(String path, TreeView.@Nullable Present file, ElfHeader program)
            throws IOException, CrossbuildException {
        if (file == null) {
            return absence(path);
        }
        if (!(view.elf(file) instanceof TreeView.Elf loader)) {
            return "is not an ELF file";
        }
        ElfHeader h = loader.file().header();
        boolean matches = h.elfClass() == program.elfClass()
                && h.byteOrder() == program.byteOrder()
                && h.machine() == program.machine();
        return matches ? null : "is for " + AbiFilter.describe(h);
    }

    private String absence(String path) throws IOException, CrossbuildException {
        return view.lookup(path) instanceof TreeView.Absent absent
                ? absent.refusal() == ProbedPath.Refusal.MISSING
                        ? "does not exist"
                        : "cannot be opened: " + absent.detail()
                : "is not a regular file";
    }

    private InstalledLoader loader(String path, TreeView.@Nullable Present file, ElfHeader program)
            throws IOException, CrossbuildException {
        // If the loader itself does not exist, the program's own word size and machine count.
        String key = file == null ? path + " " + AbiFilter.describe(program) : path;
        InstalledLoader known = loaders.get(key);
        if (known == null) {
            known = isMusl(path)
                    ? MuslLoader.open(view, options, path, file, program)
                    : GlibcLoader.open(view, options, options.absolute(path), file, program);
            loaders.put(key, known);
        }
        return known;
    }

    static boolean isMusl(String interpreter) {
        return TreePaths.name(interpreter).startsWith("ld-musl-");
    }
}
