// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.error.ConfigException;
import java.util.List;
import java.util.Properties;
import org.apache.maven.settings.Proxy;
import org.apache.maven.settings.Server;
import org.apache.maven.settings.Settings;
import org.apache.maven.settings.building.DefaultSettingsProblem;
import org.apache.maven.settings.building.SettingsProblem;
import org.apache.maven.settings.crypto.SettingsDecryptionRequest;
import org.apache.maven.settings.crypto.SettingsDecryptionResult;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MavenSecretsTest {
    private final Properties user = new Properties();
    private final Properties project = new Properties();
    private final Properties system = new Properties();
    private final Settings settings = new Settings();
    private final MavenSecrets secrets =
            new MavenSecrets(List.of(user, project), system, settings, MavenSecretsTest::decrypt);

    /** Turns {@code {x}} into {@code x}; {@code {bad}} cannot be decrypted. */
    private static SettingsDecryptionResult decrypt(SettingsDecryptionRequest request) {
        Server server = request.getServers().get(0).clone();
        String password = server.getPassword();
        boolean bad = "{bad}".equals(password);
        if (!bad && password != null) {
            server.setPassword(password.replaceAll("[{}]", ""));
        }
        List<SettingsProblem> problems = bad
                ? List.of(new DefaultSettingsProblem(
                        "no master password", SettingsProblem.Severity.ERROR, "", -1, -1, null))
                : List.of();
        return new SettingsDecryptionResult() {
            @Override
            public Server getServer() {
                return server;
            }

            @Override
            public List<Server> getServers() {
                return List.of(server);
            }

            @Override
            public Proxy getProxy() {
                throw new UnsupportedOperationException();
            }

            @Override
            public List<Proxy> getProxies() {
                return List.of();
            }

            @Override
            public List<SettingsProblem> getProblems() {
                return problems;
            }
        };
    }

    private void server(String id, @Nullable String password) {
        Server server = new Server();
        server.setId(id);
        server.setPassword(password);
        settings.addServer(server);
    }

    @Test
    void thePropertyComesBeforeTheEnvironmentAndThatBeforeAServer() throws Exception {
        assertThat(secrets.find("TOKEN")).isEmpty();
        server("TOKEN", "{of-server}");
        assertThat(secrets.find("TOKEN")).contains("of-server");
        system.setProperty("env.TOKEN", "of-environment");
        assertThat(secrets.find("TOKEN")).contains("of-environment");
        project.setProperty("crossbuild.secret.TOKEN", "of-project");
        assertThat(secrets.find("TOKEN")).contains("of-project");
        user.setProperty("crossbuild.secret.TOKEN", "of-command-line");
        assertThat(secrets.find("TOKEN")).contains("of-command-line");
        assertThat(secrets.find("OTHER")).isEmpty();
    }

    @Test
    void whatIsEmptyIsNotSet() throws Exception {
        user.setProperty("crossbuild.secret.TOKEN", " ");
        system.setProperty("env.TOKEN", "");
        assertThat(secrets.find("TOKEN")).isEmpty();
        server("TOKEN", null);
        assertThat(secrets.find("TOKEN")).isEmpty();
        settings.getServer("TOKEN").setPassphrase("of-key");
        assertThat(secrets.find("TOKEN")).contains("of-key");
    }

    @Test
    void aPasswordThatCannotBeDecryptedIsAnErrorAndNotUsedAsItIs() {
        server("my-server", "{bad}");
        assertThatThrownBy(() -> secrets.find("my-server"))
                .isInstanceOf(ConfigException.class)
                .hasMessage("Cannot use 'settings.xml': the password of server 'my-server' cannot be decrypted:"
                        + " no master password");
    }
}
