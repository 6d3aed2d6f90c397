// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.script;

import io.crossbuild.error.Advice;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.ConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A build file: shell commands, one per line, as in OPS. Unlike in OPS, a command may have several lines: after a
 * backslash, inside quotes, in a here-document or in a compound command. Blank lines and comments are not steps.
 *
 * @param path the file that was read
 * @param steps at least one
 */
public record BuildFile(Path path, List<Step> steps) {
    /** More than any build file needs, in bytes. */
    static final int MAX_BYTES = 4 << 20;

    public BuildFile {
        steps = List.copyOf(steps);
    }

    /**
     * Reads a build file in UTF-8, with line feeds or carriage return and line feed at the line ends.
     *
     * @throws ConfigException when there is no such file, it has no command, it is not UTF-8, a construct of the shell
     *     is never closed, or a directive is unknown
     */
    public static BuildFile read(Path path) throws IOException, ConfigException {
        Path absolute = path.toAbsolutePath().normalize();
        if (Files.exists(absolute) && !Files.isRegularFile(absolute)) {
            throw problem(absolute, "not a regular file (expected a text file)", AdviceKey.WRITE_COMMANDS.advice());
        }
        byte[] bytes;
        try (InputStream in = Files.newInputStream(absolute)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            throw problem(absolute, "there is no such file", AdviceKey.WRITE_COMMANDS.advice());
        }
        if (bytes.length > MAX_BYTES) {
            throw problem(absolute, "longer than " + MAX_BYTES + " bytes (expected shell commands)", null);
        }
        BuildFile file = new BuildFile(path, new StepReader(absolute, text(absolute, bytes)).read());
        if (file.steps().isEmpty()) {
            throw problem(
                    absolute, "there is no command in it (expected at least one)", AdviceKey.WRITE_COMMANDS.advice());
        }
        return file;
    }

    private static String text(Path path, byte[] bytes) throws ConfigException {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        if (decoder.decode(in, out, true).isError()) {
            throw problem(
                    path,
                    String.format(
                            "line %d: byte 0x%02X is not UTF-8 there (expected UTF-8 text)",
                            lineAt(out.flip(), out.limit()), bytes[in.position()]),
                    AdviceKey.SAVE_AS_UTF8.advice());
        }
        String text = out.flip().toString();
        int nul = text.indexOf('\0');
        if (nul >= 0) {
            throw problem(
                    path,
                    "line " + lineAt(text, nul) + ": a zero byte (expected text)",
                    AdviceKey.SAVE_AS_UTF8.advice());
        }
        return (text.startsWith("\uFEFF") ? text.substring(1) : text).replace("\r\n", "\n");
    }

    /** The line number, from 1, of an index into a text. */
    static int lineAt(CharSequence text, int index) {
        return 1 + (int) text.chars().limit(index).filter(c -> c == '\n').count();
    }

    private static ConfigException problem(Path path, String problem, @Nullable Advice advice) {
        return new ConfigException(path.toString(), List.of(problem), advice);
    }
}
