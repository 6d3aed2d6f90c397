// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import io.crossbuild.Crossbuild;
import io.crossbuild.HostOptions;
import io.crossbuild.error.ConfigException;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.spec.HttpProxy;
import io.crossbuild.spec.Secrets;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.inject.Inject;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.model.Plugin;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecution;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugin.logging.Log;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.settings.crypto.DefaultSettingsDecryptionRequest;
import org.apache.maven.settings.crypto.SettingsDecrypter;
import org.jspecify.annotations.Nullable;

/** What all goals share: the skip switch, the store, the translation of errors to Maven's. */
public abstract class AbstractCrossbuildMojo extends AbstractMojo {
    /**
     * The directory of the store, which all builds of a user share. Default: <code>~/.cache/crossbuild</code> on Linux,
     * <code>~/Library/Caches/crossbuild</code> on macOS and <code>%LOCALAPPDATA%\crossbuild</code> on Windows.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.home")
    private @Nullable File home;

    /**
     * Skips this goal.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.skip", defaultValue = "false")
    private boolean skip;

    @Parameter(defaultValue = "${session}", readonly = true, required = true)
    private MavenSession session;

    @Parameter(defaultValue = "${mojoExecution}", readonly = true, required = true)
    private MojoExecution mojoExecution;

    @Inject
    private SettingsDecrypter decrypter;

    /** Maven's log, with the module's name in each line if there are several modules. */
    @Override
    public Log getLog() {
        Log log = super.getLog();
        return session.getProjects().size() > 1
                ? new ModuleLog(log, session.getCurrentProject().getArtifactId())
                : log;
    }

    @Override
    public final void execute() throws MojoExecutionException, MojoFailureException {
        Parameters parameters =
                new Parameters(session.getUserProperties(), module().pomName(), module().baseDirectory());
        if (parameters.flag("skip", skip)) {
            getLog().info("Skipping crossbuild:" + mojoExecution.getGoal() + " (crossbuild.skip is set)");
            return;
        }
        ShutdownGuard guard = ShutdownGuard.watch(Thread.currentThread());
        try {
            run(parameters, new MavenWords(getLog(), new MavenTransfers(session.getRepositorySession())));
        } catch (CrossbuildException | IOException | InterruptedException e) {
            getLog().debug(e);
            Failures.rethrow(guard.isShuttingDown() ? new InterruptedException() : e, goal("shell"));
        } finally {
            guard.close();
        }
    }

    /** Makes the request, lets the core carry it out and logs the result. */
    abstract void run(Parameters parameters, MavenWords log)
            throws CrossbuildException, IOException, InterruptedException, MojoFailureException;

    /** What the core uses on this host, as far as the parameters of every goal specify it. */
    final HostOptions host(Parameters parameters) {
        return HostOptions.defaults()
                .withHome(home(parameters))
                .withOffline(session.isOffline())
                .withUpdate(session.getRequest().isUpdateSnapshots());
    }

    /**
     * The core on this host; called after every parameter has been read.
     *
     * @throws ConfigException with the problems of all parameters
     */
    final Crossbuild open(Parameters parameters, HostOptions host, MavenWords log)
            throws CrossbuildException, InterruptedException {
        parameters.problems().throwIfAny();
        return Crossbuild.open(host.withProxy(settingsProxy().orElse(null)), log);
    }

    /** The proxy in Maven's settings, with its password decrypted. */
    private Optional<HttpProxy> settingsProxy() {
        return Optional.ofNullable(session.getSettings().getActiveProxy())
                .map(proxy -> decrypter
                        .decrypt(new DefaultSettingsDecryptionRequest(proxy))
                        .getProxy())
                .map(SettingsProxy::of);
    }

    /** What lines with {@code #@ secret} can get. */
    final Secrets secrets() {
        return Secrets.from(new MavenSecrets(
                List.of(session.getUserProperties(), session.getCurrentProject().getProperties()),
                session.getSystemProperties(),
                session.getSettings(),
                decrypter));
    }

    final Path home(Parameters parameters) {
        return parameters
                .path("home", home)
                .orElseGet(() -> HostOptions.defaults().home());
    }

    /** The directory for this execution's logs. */
    final Path logDirectory(OutputDirectory output) throws IOException {
        String id = mojoExecution.getExecutionId();
        return module().hasProject() ? output.plainLogs(id) : output.logs(id);
    }

    /** The command for a different goal with this execution's configuration. */
    private String goal(String name) {
        String id = mojoExecution.getExecutionId();
        boolean configured = mojoExecution.getSource() == MojoExecution.Source.LIFECYCLE;
        Plugin plugin = mojoExecution.getPlugin();
        String prefix = module().hasProject() ? "crossbuild" : plugin.getId();
        return "mvn " + prefix + ":" + name + (configured ? "@" + id : "");
    }

    final MavenModule module() {
        return MavenModule.of(session);
    }

    final MavenSession session() {
        return session;
    }

    final MojoExecution mojoExecution() {
        return mojoExecution;
    }

    /** The project's name without its version; null if Maven runs in a directory without a POM. */
    final @Nullable String projectName() {
        return module().hasProject() ? module().name() : null;
    }
}
