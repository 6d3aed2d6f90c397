// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.crossbuild.Fuzzing;
import io.crossbuild.event.TerminalText;
import io.crossbuild.io.LineSplitter;
import io.crossbuild.io.OutputSink;
import io.crossbuild.io.SecretMask;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** What a guest prints and leaves. */
class GuestTextFuzzTest {
    private static final String SECRET = "hunter2";
    private static final SecretMask MASK = SecretMask.of(List.of(SECRET, "p\nq' \"$x"));

    static Stream<byte[]> seeds() {
        return Stream.of("a\u001b[1mb\u001b]0;t\u0007c\rd\r\n\u00e4 hunter2 hunt", """
                          prog-12  [000] d..1.  1.5: lookup1: (x <- getname_flags) path="/etc/a"
                          prog-12  [000] .....  1.5: sys_exit: NR 257 = -2
                        """)
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = Fuzzing.LONG)
    void output(byte[] bytes) {
        Fuzzing.check(bytes, () -> {
            OutputSink sink = MASK.over(LineSplitter.to(line -> {
                String shown = MASK.apply(TerminalText.plain(line));
                assertThat(shown).doesNotContain(SECRET);
            }));
            for (int at = 0; at < bytes.length; at += 5) {
                sink.write(bytes, at, Math.min(5, bytes.length - at));
            }
            sink.end();
        });
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = Fuzzing.LONG)
    void notesOfLookups(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        Fuzzing.check(bytes, () -> LookupNotes.missing(new ProgramExit(1, text)));
    }
}
