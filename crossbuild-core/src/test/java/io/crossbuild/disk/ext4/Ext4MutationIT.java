// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Like the unit test of the same name, with many more mutants. */
class Ext4MutationIT {
    @ParameterizedTest
    @ValueSource(strings = {"modern", "unchecked", "classic", "old"})
    void damageEndsInTypedErrorsOnly(String fixture) throws Exception {
        Ext4Mutants.read(fixture, 8000, 2);
    }
}
