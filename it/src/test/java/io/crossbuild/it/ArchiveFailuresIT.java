// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import static io.crossbuild.it.MavenRun.DEADLINE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/**
 * Mirrors that do not exist or cannot be trusted. A real mirror has no expired index; the core's own tests have one.
 */
class ArchiveFailuresIT {

    private Project project;

    @BeforeEach
    void copy(TestInfo test) throws IOException {
        project = Project.minimal(test.getTestMethod().orElseThrow().getName())
                .write("build.txt", "true\n")
                .write("config.json", "{ \"Program\": \"/bin/sh\" }\n");
    }

    @Test
    void mirrorThatIsDownIsNamed() throws Exception {
        String address = "http://127.0.0.1:" + unusedPort() + "/debian";
        String errors = failure(address);
        assertThat(errors).contains("Cannot download '" + address + "/dists/trixie/InRelease'");
    }

    @Test
    @VirtualMachineTest
    void badSignatureIsAnError() throws Exception {
        // Still a well-formed message, but its content differs from what was signed.
        UnaryOperator<byte[]> rename = bytes -> new String(bytes, StandardCharsets.UTF_8)
                .replaceFirst("(?m)^Description: .*$", "Description: something else")
                .getBytes(StandardCharsets.UTF_8);
        try (TamperingMirror mirror = TamperingMirror.start(path -> path.endsWith("/InRelease"), rename)) {
            assertThat(failure(mirror.address())).contains("InRelease").containsIgnoringCase("signature");
        }
    }

    @Test
    @VirtualMachineTest
    void wrongDigestOfAnIndexIsAnError() throws Exception {
        try (TamperingMirror mirror = TamperingMirror.start(
                path -> path.contains("/binary-") || path.contains("/by-hash/"), ArchiveFailuresIT::flipOneBit)) {
            assertThat(failure(mirror.address()))
                    .containsIgnoringCase("SHA-256")
                    .contains(mirror.address());
        }
    }

    @Test
    @VirtualMachineTest
    void wrongDigestOfAPackageIsAnError() throws Exception {
        try (TamperingMirror mirror =
                TamperingMirror.start(path -> path.startsWith("pool/"), ArchiveFailuresIT::flipOneBit)) {
            assertThat(failure(mirror.address()))
                    .containsIgnoringCase("SHA-256")
                    .contains(mirror.address() + "/pool/");
        }
    }

    private String failure(String mirror) throws Exception {
        MavenOutcome outcome = project.maven("-ntp", "crossbuild:build", "-Dcrossbuild.mirror=" + mirror)
                .emptyHome()
                .run(DEADLINE);
        outcome.failed().startedNoMachine().leftNothingBehind();
        for (String published : List.of("environments", "appliances", "layers")) {
            assertThat(outcome.home().resolve(published)).isEmptyDirectory();
        }
        return String.join("\n", outcome.errors());
    }

    private static byte[] flipOneBit(byte[] bytes) {
        bytes[bytes.length / 2] ^= 1;
        return bytes;
    }

    private static int unusedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
