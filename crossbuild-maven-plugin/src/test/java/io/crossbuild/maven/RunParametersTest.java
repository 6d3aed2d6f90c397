// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.error.ConfigException;
import io.crossbuild.spec.ProgramCall;
import io.crossbuild.spec.RunOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class RunParametersTest {
    private final Properties properties = new Properties();
    private final Parameters parameters = new Parameters(properties, "pom.xml", Path.of("/project"));

    @Test
    void quotesAndBackslashesProtectSpaces() {
        assertThat(RunParameters.words("  /bin/a  'b c' \"d 'e\" f\\ g '' \"\\\"\" '\\' h'i'j "))
                .contains(List.of("/bin/a", "b c", "d 'e", "f g", "", "\"", "\\", "hij"));
        assertThat(RunParameters.words("a 'b")).isEmpty();
    }

    @Test
    void eachLineOfThePomIsAProgram() throws Exception {
        assertThat(new RunParameters(false, "1m").verify(parameters, List.of("/bin/a -c 'x, y'", " ", "b")))
                .containsExactly(ProgramCall.of("/bin/a", "-c", "x, y"), ProgramCall.of("b"));
        assertThat(new RunParameters(false, "1m").verify(parameters, null)).isEmpty();
    }

    @Test
    void theCommandLineHasOneLineThatMayContainCommas() throws Exception {
        properties.setProperty("crossbuild.verify", "/bin/node -e 'f(1, 2)'");
        // Maven splits it.
        assertThat(new RunParameters(false, "1m").verify(parameters, List.of("/bin/node -e 'f(1", "2)'")))
                .containsExactly(ProgramCall.of("/bin/node", "-e", "f(1, 2)"));
        properties.setProperty("crossbuild.runNetwork", "true");
        properties.setProperty("crossbuild.runTimeout", "90s");
        assertThat(new RunParameters(false, "1m").options(parameters))
                .isEqualTo(new RunOptions(true, Duration.ofSeconds(90)));
        parameters.problems().throwIfAny();
    }

    @Test
    void anOpenQuoteIsAProblem() {
        assertThat(new RunParameters(false, "1m").verify(parameters, List.of("/bin/a 'b")))
                .isEmpty();
        assertThatThrownBy(() -> parameters.problems().throwIfAny())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("<verify> '/bin/a 'b': a quote is never closed (expected another one)");
    }
}
