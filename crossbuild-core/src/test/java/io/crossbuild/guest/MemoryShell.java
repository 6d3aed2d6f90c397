// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A shell of few commands: {@code echo}, {@code warn} (to standard error), {@code cd}, {@code pwd}, {@code export},
 * {@code env}, {@code write FILE TEXT}, {@code cat FILE}, {@code exit}, {@code exec} (leaves no state), {@code sleep}
 * (until it is cancelled), {@code apt-get}. {@code $NAME} is the value of a secret. Several commands are on separate lines or joined by {@code &&}.
 */
final class MemoryShell {
    private final MemoryGuest guest;
    private final Consumer<String> out;
    private final Consumer<String> err;
    private ShellState state;
    private boolean asleep;
    private boolean replaced;
    private final Map<String, String> secrets = new TreeMap<>();
    private final List<String> missing = new ArrayList<>();
    private final List<String> running = new ArrayList<>();

    MemoryShell(MemoryGuest guest, ShellState state, Consumer<String> out, Consumer<String> err) {
        this.guest = guest;
        this.state = state;
        this.out = out;
        this.err = err;
    }

    ShellState state() {
        return state;
    }

    boolean isAsleep() {
        return asleep;
    }

    /** Variables that are in no state, with their values. */
    Map<String, String> secrets() {
        return secrets;
    }

    /** The files that it did not find. */
    List<String> missing() {
        return missing;
    }

    /** What still runs. */
    List<String> running() {
        return running;
    }

    boolean isReplaced() {
        return replaced;
    }

    /** Runs commands as long as they succeed. */
    int run(String text) {
        int status = 0;
        for (String command : text.split("\n| && ")) {
            if (status == 0 && !command.isBlank() && !command.startsWith("#")) {
                String[] words = command.strip().split(" ", 2);
                status = run(words[0], words.length == 1 ? "" : expand(words[1]));
            }
        }
        return status;
    }

    private String expand(String text) {
        String expanded = text;
        for (Map.Entry<String, String> secret : secrets.entrySet()) {
            expanded = expanded.replace("$" + secret.getKey(), secret.getValue());
        }
        return expanded;
    }

    private int run(String name, String rest) {
        switch (name) {
            case "echo" -> out.accept(rest);
            case "warn" -> err.accept(rest);
            case "cd" -> state = new ShellState(rest, state.exports());
            case "pwd" -> out.accept(state.directory());
            case "export" -> state = new ShellState(state.directory(), state.exports() + "declare -x " + rest + "\n");
            case "env" -> {
                state.exports().lines().forEach(out);
                secrets.forEach((variable, value) -> out.accept(variable + "=" + value));
            }
            case "write" -> write(rest.substring(0, rest.indexOf(' ')), rest.substring(rest.indexOf(' ') + 1));
            case "cat" -> {
                return cat(path(rest));
            }
            case "exit" -> {
                return Integer.parseInt(rest);
            }
            case "serve" -> running.add(rest);
            case "exec" -> replaced = true;
            case "sleep" -> asleep = true;
            case "apt-get" -> {
                return apt(rest);
            }
            default -> {
                err.accept("bash: " + name + ": command not found");
                return 127;
            }
        }
        return 0;
    }

    private String path(String path) {
        return path.startsWith("/") ? path : state.directory() + "/" + path;
    }

    private void write(String path, String text) {
        guest.disk(path(path)).files().put(path(path), text);
    }

    /** Fails where sources.list is broken. */
    private int apt(String command) {
        if (guest.disk("/etc/apt/sources.list").files().containsKey("/etc/apt/sources.list")) {
            err.accept("E: The list of sources could not be read.");
            return 100;
        }
        write("/var/lib/apt/lists/" + command, "refreshed");
        return 0;
    }

    private int cat(String path) {
        String text = guest.disk(path).files().get(path);
        if (text == null) {
            missing.add(path);
            err.accept("cat: " + path + ": No such file or directory");
            return 1;
        }
        out.accept(text);
        return 0;
    }
}
