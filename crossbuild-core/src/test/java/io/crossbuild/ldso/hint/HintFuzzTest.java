// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso.hint;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.crossbuild.Fuzzing;
import io.crossbuild.closure.Closure;
import io.crossbuild.closure.ClosureRequest;
import io.crossbuild.closure.HintGroup;
import io.crossbuild.elf.ElfWriter;
import io.crossbuild.ldso.ClosureResolver;
import io.crossbuild.ldso.LoaderOptions;
import io.crossbuild.ldso.TestRoot;
import io.crossbuild.tree.FileTree;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Texts in the programs of a hostile guest, and its configuration of the C library. */
class HintFuzzTest {
    private static final String LIBC = "/lib/x86_64-linux-gnu/libc.so.6";

    static Stream<byte[]> seeds() {
        return Stream.of(
                Fuzzing.joined(
                        "OPENSSLDIR: \"/usr/lib/ssl\"\0/usr/lib/gconv\0/x/terminfo\0libb.so.1\0", "hosts: files dns"),
                Fuzzing.joined("liba.so" + ".1".repeat(2000) + "\0", "hosts: [!UNAVAIL=return] mdns4 # x\npasswd: a b"),
                Fuzzing.joined("/" + "/gconv".repeat(600) + "\0", "hosts: " + "[".repeat(100_000)));
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = Fuzzing.LONG)
    void texts(byte[] bytes) throws Exception {
        byte[][] parts = Fuzzing.parts(bytes, 2);
        ByteArrayOutputStream libc = new ByteArrayOutputStream();
        libc.writeBytes(ElfWriter.amd64().definesVersion("GLIBC_2.2.5").bytes());
        libc.write(1);
        libc.writeBytes(parts[0]);
        FileTree tree = TestRoot.debian()
                .program("/prog", "libc.so.6")
                .file(LIBC, libc.toByteArray())
                .library("/lib/x86_64-linux-gnu/libnss_mdns4.so.2")
                .file("/etc/nsswitch.conf", parts[1])
                .tree();
        ClosureRequest request = new ClosureRequest("/prog", List.of(), List.of());
        Closure closure = new ClosureResolver(tree, LoaderOptions.defaults()).resolve(request);
        Fuzzing.check(
                bytes,
                () -> RuntimeHints.find(
                        tree, LoaderOptions.defaults(), request, closure, EnumSet.allOf(HintGroup.class)));
    }

    static Stream<byte[]> notes() {
        return Stream.of(
                        "[{\"soname\": [\"liba.so.1\", 1], \"feature\": \"f\","
                                + " \"description\": \"d\", \"priority\": \"required\"}]",
                        "{\"a\": {\"soname\": {\"x\": null}}}",
                        "",
                        "[".repeat(3000))
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("notes")
    @FuzzTest(maxDuration = Fuzzing.LONG)
    void aNoteOnLibraries(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        Fuzzing.check(bytes, () -> DlopenNote.parse(text));
    }
}
