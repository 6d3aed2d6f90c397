// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import io.crossbuild.BuildRequest;
import io.crossbuild.BuildSummary;
import io.crossbuild.Crossbuild;
import io.crossbuild.ExtractionSummary;
import io.crossbuild.HostOptions;
import io.crossbuild.PrintingListener;
import io.crossbuild.config.BuildConfig;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.spec.EnvironmentSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The example in the section "From Java" of README.md, which contains the lines between the two marks. */
final class FromJavaExample {
    private FromJavaExample() {}

    // README begins here.
    public static void main(String[] args) throws IOException, InterruptedException {
        try {
            buildHello(HostOptions.defaults(), Files.createDirectories(Path.of("target")));
        } catch (CrossbuildException e) {
            System.err.println(e.getMessage());
            e.advice().forEach(advice -> System.err.println(advice.text()));
        }
    }

    static ExtractionSummary buildHello(HostOptions host, Path directory)
            throws CrossbuildException, IOException, InterruptedException {
        Crossbuild crossbuild = Crossbuild.open(host, PrintingListener.to(System.out));
        EnvironmentSpec environment = EnvironmentSpec.of("trixie");
        crossbuild.installEnvironment(environment);

        Path buildFile = Files.writeString(directory.resolve("build.txt"), "echo hello > /root/hello\n");
        BuildConfig config = BuildConfig.EMPTY.withFiles("hello");
        BuildRequest request = BuildRequest.of(environment, buildFile, config, directory.resolve("root"));
        BuildSummary built = crossbuild.build(request);
        System.out.println("Ran " + built.stepsRun() + " of " + built.steps() + " lines");

        // The same result from the store, without a machine: into a different directory, with sh and its libraries.
        BuildConfig withShell = config.withProgram("/bin/sh");
        return crossbuild.extract(
                BuildRequest.of(environment, buildFile, withShell, directory.resolve("root-with-shell")));
    }
    // README ends here.
}
