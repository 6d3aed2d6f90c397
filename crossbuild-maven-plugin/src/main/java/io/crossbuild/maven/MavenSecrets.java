// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import io.crossbuild.error.ConfigException;
import io.crossbuild.spec.Secrets;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.maven.settings.Server;
import org.apache.maven.settings.Settings;
import org.apache.maven.settings.building.SettingsProblem;
import org.apache.maven.settings.crypto.DefaultSettingsDecryptionRequest;
import org.apache.maven.settings.crypto.SettingsDecrypter;
import org.apache.maven.settings.crypto.SettingsDecryptionResult;

/**
 * The secrets of a Maven user, by name: the property {@code crossbuild.secret.NAME}, an environment variable, or the
 * password of a server in settings.xml, whichever is set first.
 */
final class MavenSecrets implements Secrets.Source {
    private static final String PREFIX = "crossbuild.secret.";

    private final List<Properties> properties;
    private final Properties system;
    private final Settings settings;
    private final SettingsDecrypter decrypter;

    /**
     * @param properties those of the command line, then those of the project and of profiles
     * @param system Maven's system properties, which include environment variables with the prefix {@code env.}
     */
    MavenSecrets(List<Properties> properties, Properties system, Settings settings, SettingsDecrypter decrypter) {
        this.properties = List.copyOf(properties);
        this.system = system;
        this.settings = settings;
        this.decrypter = decrypter;
    }

    @Override
    public Optional<String> find(String name) throws ConfigException {
        Optional<String> text = Stream.concat(
                        properties.stream().map(each -> each.getProperty(PREFIX + name)),
                        Stream.of(system.getProperty("env." + name)))
                .filter(value -> value != null && !value.isBlank())
                .findFirst();
        Server server = settings.getServer(name);
        return text.isPresent() || server == null ? text : password(server);
    }

    private Optional<String> password(Server server) throws ConfigException {
        SettingsDecryptionResult result = decrypter.decrypt(new DefaultSettingsDecryptionRequest(server));
        Optional<SettingsProblem> problem = result.getProblems().stream().findFirst();
        if (problem.isPresent()) {
            throw new ConfigException(
                    "settings.xml",
                    List.of("the password of server '" + server.getId() + "' cannot be decrypted: "
                            + problem.get().getMessage()),
                    null);
        }
        Server decrypted = result.getServer();
        return Stream.of(decrypted.getPassword(), decrypted.getPassphrase())
                .filter(value -> value != null && !value.isBlank())
                .findFirst();
    }
}
