// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.runtime;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.ldso.ScriptLine;
import io.crossbuild.script.shell.BrokenStepException;
import io.crossbuild.script.shell.CommandScanner;
import io.crossbuild.script.shell.ShellText;
import io.crossbuild.tree.FileContent;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.RootLogin;
import io.crossbuild.tree.TreeFiles;
import io.crossbuild.tree.TreePaths;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The programs that scripts start: their interpreter, and the commands of a shell script. */
final class Scripts {
    static final Set<String> SHELLS = Set.of("sh", "bash", "dash", "ksh", "mksh", "zsh", "ash");
    /** Words after which the next one is a command too. */
    private static final Set<String> PREFIXES =
            Set.of("exec", "command", "env", "nohup", "nice", "xargs", "sudo", "time", "timeout", "setsid", "stdbuf");
    /** A program of that name is on PATH, too, but the shell does not run it (bash(1), SHELL BUILTIN COMMANDS). */
    private static final Set<String> BUILTINS = Set.of(
            ":",
            ".",
            "[",
            "alias",
            "bg",
            "break",
            "cd",
            "command",
            "continue",
            "declare",
            "echo",
            "eval",
            "exec",
            "exit",
            "export",
            "false",
            "fg",
            "getopts",
            "hash",
            "jobs",
            "kill",
            "let",
            "local",
            "printf",
            "pwd",
            "read",
            "readonly",
            "return",
            "set",
            "shift",
            "source",
            "test",
            "times",
            "trap",
            "true",
            "type",
            "typeset",
            "ulimit",
            "umask",
            "unalias",
            "unset",
            "wait");

    private static final int MAX_SCRIPT_BYTES = 1 << 20;
    /** A text with more errors is not a shell script; each may have been looked for up to the end. */
    private static final int MAX_ERRORS = 100;

    private final FileTree tree;
    private final List<String> directories;

    /** @param env in which the scripts run */
    Scripts(FileTree tree, Map<String, String> env) {
        this.tree = tree;
        this.directories = Arrays.stream(
                        env.getOrDefault("PATH", RootLogin.PATH).split(":"))
                .filter(d -> d.startsWith("/"))
                .toList();
    }

    /** The first line of a script that the kernel would run; empty for any other file. */
    Optional<ScriptLine> line(FileNode file) throws IOException, CrossbuildException {
        if (!file.isRegular() || (file.permissions() & 0111) == 0 || file.sizeBytes() < 4) {
            return Optional.empty();
        }
        byte[] head = new byte[(int) Math.min(ScriptLine.MAX_BYTES, file.sizeBytes())];
        ByteBuffer buffer = ByteBuffer.wrap(head);
        try (FileContent content = tree.open(file)) {
            while (buffer.hasRemaining() && content.read(buffer, buffer.position()) > 0) {
                // on to the end of the buffer
            }
        } catch (AccessDeniedException e) {
            // Possible in a directory of the host.
            return Optional.empty();
        }
        return ScriptLine.parse(head);
    }

    /** The paths of the programs that a first line starts: one, or two with env(1); only those that exist. */
    List<String> interpreters(ScriptLine line) throws IOException, CrossbuildException {
        List<String> result = new ArrayList<>();
        if (line.interpreter().startsWith("/")) {
            program(line.interpreter()).ifPresent(result::add);
        }
        if (TreePaths.name(line.interpreter()).equals("env")) {
            Optional<ScriptLine.EnvCommand> command = line.envCommand();
            if (command.isPresent()) {
                program(command.get().name()).ifPresent(result::add);
            }
        }
        return result;
    }

    /**
     * The programs that a shell script calls by name or by absolute path, where the name is a plain word. A name that
     * is computed is not seen, nor what {@code eval} runs.
     *
     * @return in the order of the script; only those that exist
     */
    Set<String> commands(String script, FileNode file) throws IOException, CrossbuildException {
        if (file.sizeBytes() > MAX_SCRIPT_BYTES) {
            return Set.of();
        }
        String text = new String(TreeFiles.read(tree, file, script, MAX_SCRIPT_BYTES), StandardCharsets.UTF_8);
        Set<String> words = new LinkedHashSet<>();
        scan(text.replace("\0", ""), words, 0);
        Set<String> result = new LinkedHashSet<>();
        for (String word : words) {
            program(word).ifPresent(result::add);
        }
        return result;
    }

    private static void scan(String text, Set<String> words, int depth) {
        ShellText in = new ShellText(text);
        int errors = 0;
        while (!in.atEnd() && errors < MAX_ERRORS) {
            int start = in.position();
            try {
                new CommandScanner(in, simple -> simple(simple, words, depth)).logicalLine();
            } catch (BrokenStepException e) {
                errors++;
                in.moveTo(Math.max(start, in.position()));
                in.skipToLineEnd();
                in.skip(1);
            }
            if (in.position() == start) {
                in.skipToLineEnd();
                in.skip(1);
            }
        }
    }

    /** The first word after assignments, and the one after each word that runs another command. */
    private static void simple(List<String> simple, Set<String> words, int depth) {
        boolean expected = true;
        for (String word : simple) {
            int tick = word.indexOf('`');
            int end = word.lastIndexOf('`');
            if (tick >= 0 && end > tick && depth < 3) {
                scan(word.substring(tick + 1, end), words, depth + 1);
            }
            boolean assignment = word.indexOf('=') > 0 && Character.isLetter(word.charAt(0));
            boolean number = Character.isDigit(word.charAt(0));
            if (assignment) {
                // SED=/bin/sed, which is called by ${SED}
                String value = unquoted(word.substring(word.indexOf('=') + 1));
                if (value.startsWith("/") && isPlain(value)) {
                    words.add(value);
                }
            }
            if (expected && !assignment && !number && !word.startsWith("-")) {
                String name = unquoted(word);
                if (!BUILTINS.contains(name) && isPlain(name)) {
                    words.add(name);
                }
                expected = PREFIXES.contains(name);
            }
        }
    }

    private static String unquoted(String word) {
        return word.replace("\"", "").replace("'", "").replace("\\", "");
    }

    private static boolean isPlain(String name) {
        return !name.isEmpty() && name.chars().noneMatch(c -> c <= ' ' || "$`*?[]{}()<>|&;~=!".indexOf(c) >= 0);
    }

    /** A program by its absolute path, or found on PATH as execvp(3) does. */
    Optional<String> program(String name) throws IOException, CrossbuildException {
        if (name.indexOf('/') >= 0) {
            return name.startsWith("/") && isProgram(name) ? Optional.of(name) : Optional.empty();
        }
        for (String directory : directories) {
            String path = TreePaths.join(directory, name);
            if (isProgram(path)) {
                return Optional.of(path);
            }
        }
        return Optional.empty();
    }

    private boolean isProgram(String path) throws IOException, CrossbuildException {
        return TreePaths.find(tree, path)
                .filter(n -> n.isRegular() && (n.permissions() & 0111) != 0)
                .isPresent();
    }
}
