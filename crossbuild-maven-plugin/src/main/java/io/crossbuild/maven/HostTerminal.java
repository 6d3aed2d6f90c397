// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import io.crossbuild.spec.UserTerminal;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.function.Consumer;
import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** The terminal in which Maven was started, or whatever its standard streams are connected to. */
final class HostTerminal implements UserTerminal, AutoCloseable {
    /** The size of a terminal that does not know its size. */
    private static final Size USUAL = new Size(80, 24);

    private final Optional<Terminal> terminal;
    private final Optional<Attributes> before;

    private HostTerminal(Optional<Terminal> terminal) {
        this.terminal = terminal;
        this.before = terminal.map(Terminal::getAttributes);
    }

    /** Finds out whether standard input and output are a terminal. */
    static HostTerminal open() {
        try {
            return new HostTerminal(Optional.of(TerminalBuilder.builder()
                    .name("crossbuild")
                    .system(true)
                    .dumb(false)
                    .build()));
        } catch (IOException | IllegalStateException e) {
            return new HostTerminal(Optional.empty());
        }
    }

    /** Sends every key to the guest, including those for signals, which JLine's own raw mode handles on this side. */
    @Override
    public void begin() {
        terminal.ifPresent(present -> {
            present.enterRawMode();
            Attributes raw = present.getAttributes();
            raw.setLocalFlag(Attributes.LocalFlag.ISIG, false);
            raw.setInputFlag(Attributes.InputFlag.IXON, false);
            raw.setOutputFlag(Attributes.OutputFlag.OPOST, false);
            present.setAttributes(raw);
        });
    }

    @Override
    public Optional<Screen> screen() {
        return terminal.map(present -> new Screen(present.getType(), size(present)));
    }

    private static Size size(Terminal terminal) {
        boolean known = terminal.getWidth() > 0 && terminal.getHeight() > 0;
        return known ? new Size(terminal.getWidth(), terminal.getHeight()) : USUAL;
    }

    @Override
    public InputStream input() {
        // Not System.in, which reads ahead.
        return terminal.map(Terminal::input).orElseGet(() -> new FileInputStream(FileDescriptor.in));
    }

    @Override
    public OutputStream output() {
        // Not System.out, which Maven may have redirected to its log.
        return terminal.map(Terminal::output).orElseGet(() -> new FileOutputStream(FileDescriptor.out));
    }

    @Override
    public OutputStream errors() {
        return terminal.map(Terminal::output).orElseGet(() -> new FileOutputStream(FileDescriptor.err));
    }

    @Override
    public void onResize(Consumer<Size> listener) {
        terminal.ifPresent(present -> present.handle(Terminal.Signal.WINCH, signal -> listener.accept(size(present))));
    }

    /** Restores the terminal. */
    @Override
    public void close() throws IOException {
        if (terminal.isPresent()) {
            terminal.get().setAttributes(before.orElseThrow());
            terminal.get().close();
        }
    }
}
