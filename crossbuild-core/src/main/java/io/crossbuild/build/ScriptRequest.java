// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.build;

import io.crossbuild.environment.Environment;
import io.crossbuild.script.BuildFile;
import io.crossbuild.script.CacheScope;
import io.crossbuild.spec.InputSpec;
import io.crossbuild.spec.MachineOptions;
import io.crossbuild.spec.Secrets;
import java.nio.file.Path;
import java.util.List;

/**
 * A build file to run in an environment.
 *
 * @param project the scope of caches without an id
 * @param inputs what is copied into the guest before the first step
 * @param copyFrom what may be copied in addition to the directory of the build file
 * @param secrets the values for {@code #@ secret}
 * @param noCache whether all steps run again and replace their layers
 * @param logDirectory where build.log and the machine's logs are written
 */
public record ScriptRequest(
        Environment environment,
        BuildFile file,
        CacheScope project,
        List<InputSpec> inputs,
        List<Path> copyFrom,
        Secrets secrets,
        boolean noCache,
        MachineOptions machine,
        Path logDirectory) {
    public ScriptRequest {
        inputs = List.copyOf(inputs);
        copyFrom = List.copyOf(copyFrom);
    }
}
