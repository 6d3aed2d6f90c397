// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.error.ClosureException;
import io.crossbuild.tree.MemoryFileTree;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClosureResolverTest {
    @Test
    void aProgramThatIsNotThereIsAnError() throws Exception {
        try (MemoryFileTree tree = MemoryFileTree.builder().build()) {
            ClosureResolver resolver = new ClosureResolver(tree, LoaderOptions.defaults());
            assertThatThrownBy(() -> resolver.resolve("/usr/bin/none", List.of()))
                    .isInstanceOf(ClosureException.class)
                    .hasMessage("Cannot resolve '/usr/bin/none': no such file (expected a program)");
        }
    }
}
