// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.net;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.crossbuild.Fuzzing;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

class ProxyRequestFuzzTest {
    static Stream<byte[]> seeds() {
        return Stream.of(
                        "GET http://a/ HTTP/1.1\r\nHost: a\r\nProxy-Authorization: Basic YTpi\r\n\r\n",
                        "POST http://a/ HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcCONNECT a:1 HTTP/1.0\r\n\r\n",
                        "PUT http://a/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nde\r\n0\r\nT: u\r\n\r\n")
                .map(text -> text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = Fuzzing.LONG)
    void requestsToAProxy(byte[] bytes) {
        Fuzzing.check(bytes, () -> {
            ByteArrayInputStream in = new ByteArrayInputStream(bytes);
            Optional<ProxyRequest> request = ProxyRequest.read(in);
            while (request.isPresent()) {
                String head = new String(request.get().head("Basic eDp5"), StandardCharsets.ISO_8859_1);
                assertThat(head).endsWith("\r\nProxy-Authorization: Basic eDp5\r\n\r\n");
                assertThat(head.indexOf("\r\n\r\n")).isEqualTo(head.length() - 4);
                request.get().copyBody(in, OutputStream.nullOutputStream());
                request = ProxyRequest.read(in);
            }
        });
    }
}
