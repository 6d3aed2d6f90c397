// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.appliance.TestAppliance;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class GuestScriptTest {
    private static final Path SOURCES = Path.of("src/main/java/io/crossbuild");

    @Test
    void theApplianceHasEachScript() throws Exception {
        assertThat(TestAppliance.scripts())
                .containsAll(Stream.of(GuestScript.values())
                        .map(GuestScript::fileName)
                        .toList());
    }

    /** The appliance's own package puts them there. */
    @Test
    void noOtherPackageKnowsAPathOfTheGuestsScripts() throws Exception {
        Pattern path = Pattern.compile("\"[^\"]*(?<![\\w.])/(dev/)?crossbuild/");
        List<Path> knowing;
        try (Stream<Path> files = Files.walk(SOURCES)) {
            knowing = files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> path.matcher(read(file)).find())
                    .map(file -> SOURCES.relativize(file).getName(0))
                    .distinct()
                    .toList();
        }
        assertThat(knowing).containsExactlyInAnyOrder(Path.of("appliance"), Path.of("guest"));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
