// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso.hint;

import io.crossbuild.closure.Hint;
import io.crossbuild.error.CrossbuildException;
import java.io.IOException;
import java.util.List;

/** Finds the hints of one group. */
interface HintSource {
    List<Hint> find(HintContext context) throws IOException, CrossbuildException;
}
