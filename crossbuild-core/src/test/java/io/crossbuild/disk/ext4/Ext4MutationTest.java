// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Ext4MutationTest {
    @ParameterizedTest
    @ValueSource(strings = {"modern", "unchecked", "classic", "old"})
    void damageEndsInTypedErrorsOnly(String fixture) throws Exception {
        Ext4Mutants.read(fixture, 120, 1);
    }
}
