// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.script;

import io.crossbuild.appliance.VmOptions;
import io.crossbuild.environment.Environment;
import java.nio.file.Path;

/**
 * A build file to run in an environment.
 *
 * @param noCache whether all steps are run again, and their layers replaced
 * @param logDirectory where build.log and the machine's logs are written
 */
public record ScriptRequest(
        Environment environment, BuildFile file, boolean noCache, VmOptions vm, Path logDirectory) {}
