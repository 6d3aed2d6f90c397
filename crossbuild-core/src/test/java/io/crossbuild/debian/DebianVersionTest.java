// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.error.MalformedInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DebianVersionTest {
    @ParameterizedTest
    @CsvSource({
        // Policy 5.6.12's own row: ~~ before ~~a before ~ before the empty part before a.
        "1.0~~, <, 1.0~~a",
        "1.0~~a, <, 1.0~",
        "1.0~, <, 1.0",
        "1.0, <, 1.0a",
        "1.0, =, 1.00",
        "1.0, =, 1.0-0",
        "0:1.0, =, 1.0",
        "1.0-1, <, 1.0-1.1",
        "1.0-1, <, 1.0-2",
        "1.9, <, 1.10",
        "2.0, <, 1:1.0",
        "1:0.4, >, 10.3",
        "1.0+b1, >, 1.0",
        "1.0+b1, <, 1.0.1",
        "1.0-1, <, 1.0-1+b1",
        "1.0-1~deb13u1, <, 1.0-1",
        "1.2-3-4, >, 1.2-3",
        "1a, <, 1+",
        "1A, <, 1a",
        "0, <, 00000000000000000000000000000001",
        "99999999999999999999, <, 100000000000000000000",
        "1.0.0, >, 1.0",
        "1:1:2-3, =, 1:1:2-3",
        "2.41-12+deb13u4, >, 2.41-12+deb13u3",
        "1~rc1-1, <, 1-1"
    })
    void versionsAreInTheOrderOfThePolicy(String a, String order, String b) throws Exception {
        int found = DebianVersion.parse(a).compareTo(DebianVersion.parse(b));
        int other = DebianVersion.parse(b).compareTo(DebianVersion.parse(a));
        int expected = order.equals("<") ? -1 : order.equals(">") ? 1 : 0;
        assertThat(Integer.signum(found)).isEqualTo(expected);
        assertThat(Integer.signum(other)).isEqualTo(-expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":1",
                "1:",
                "a:1",
                "99999999999:1",
                "2147483648:1",
                "1.0-",
                "-1",
                "1 0",
                "1_0",
                "1.0-1:2",
                "\u0661"
            })
    void anInvalidVersionIsRefused(String text) {
        assertThatThrownBy(() -> DebianVersion.parse(text)).isInstanceOf(MalformedInputException.class);
    }

    @Test
    void theOrderIsTotal() throws Exception {
        List<DebianVersion> versions = new ArrayList<>();
        Random random = new Random(3);
        for (int i = 0; i < 120; i++) {
            versions.add(DebianVersion.parse(random(random)));
        }
        for (DebianVersion a : versions) {
            for (DebianVersion b : versions) {
                int ab = Integer.signum(a.compareTo(b));
                assertThat(Integer.signum(b.compareTo(a))).isEqualTo(-ab);
                for (DebianVersion c : versions) {
                    if (ab <= 0 && b.compareTo(c) <= 0 && a.compareTo(c) > 0) {
                        throw new AssertionError(a + " <= " + b + " <= " + c + " but not the ends");
                    }
                }
            }
        }
    }

    /** A version whose parts use only a few characters, so that similar versions occur. */
    static String random(Random random) {
        String characters = "01209a~+.Zb";
        StringBuilder text = new StringBuilder(random.nextInt(5) == 0 ? random.nextInt(3) + ":" : "");
        for (int i = 1 + random.nextInt(5); i > 0; i--) {
            text.append(characters.charAt(random.nextInt(characters.length())));
        }
        if (random.nextInt(3) == 0) {
            text.append('-');
            for (int i = 1 + random.nextInt(3); i > 0; i--) {
                text.append(characters.charAt(random.nextInt(characters.length())));
            }
        }
        return text.toString();
    }
}
