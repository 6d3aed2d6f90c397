// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.build;

import io.crossbuild.spec.UserTerminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;

/** Streams with a script in a person's place. */
final class TestTerminal implements UserTerminal {
    private final InputStream input;
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

    TestTerminal(String typed) {
        input = new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8));
    }

    String printed() {
        return output.toString(StandardCharsets.UTF_8);
    }

    @Override
    public Optional<Screen> screen() {
        return Optional.empty();
    }

    @Override
    public void begin() {}

    @Override
    public InputStream input() {
        return input;
    }

    @Override
    public OutputStream output() {
        return output;
    }

    @Override
    public OutputStream errors() {
        return errors;
    }

    @Override
    public void onResize(Consumer<Size> listener) {}
}
