// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.script;

import io.crossbuild.appliance.VmOptions;
import io.crossbuild.environment.Environment;
import java.nio.file.Path;

/**
 * A build file to run in an environment.
 *
 * @param logDirectory where build.log and the machine's logs are written
 */
public record ScriptRequest(Environment environment, BuildFile file, VmOptions vm, Path logDirectory) {}
