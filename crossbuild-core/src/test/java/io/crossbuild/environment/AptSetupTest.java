// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.environment;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AptSetupTest {
    @ParameterizedTest
    @CsvSource({
        "https://mirrors.kernel.org/debian/, mirrors.kernel.org_debian",
        "http://10.0.2.2:8080/debian, 10.0.2.2:8080_debian",
        "http://user:secret@mirror.example/a_b/debian/, mirror.example_a%5fb_debian"
    })
    void listsAreNamedAsAptNamesThem(String mirror, String name) {
        assertThat(AptSetup.listName(URI.create(mirror))).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:3142/debian/, http://10.0.2.2:3142/debian/",
        "http://localhost/debian/, http://10.0.2.2/debian/",
        "http://[::1]:80/debian/, http://10.0.2.2:80/debian/",
        "https://mirrors.kernel.org/debian/, https://mirrors.kernel.org/debian/"
    })
    void aMirrorOnTheHostsLoopbackIsSeenUnderTheHostsAddress(String mirror, String seen) {
        assertThat(AptSetup.asSeenByGuest(URI.create(mirror))).isEqualTo(URI.create(seen));
    }
}
