// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.script;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.crossbuild.Fuzzing;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

class BuildFileFuzzTest {
    /** It reads at most so much at once. */
    private static final long FIXED_BYTES = 32 << 20;

    static Stream<byte[]> seeds() {
        return Stream.of(
                        "#@ copy 'a b' ~/c\n#@ cache id=x /c\n#@ always\n#@ trace\nmake \\\n  all # all\n",
                        "#@ secret A env=B target=/run/secrets/a\ncat <<'E' <<-F >x\n$a\nE\n\tb\n\tF\n",
                        "if a; then b; elif c; then d; else e; fi\ncase $x in (a|b) c;; *) d;& esac\n",
                        "for i in 1 2; do f() { g \"${h:-$(i `j`)}\" $((1 + 2)) $'k\\n'; }; done; [[ a < b ]]\n")
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = Fuzzing.LONG)
    void aBuildFile(byte[] bytes) {
        Fuzzing.checkFile(bytes, FIXED_BYTES, BuildFile::read);
    }
}
