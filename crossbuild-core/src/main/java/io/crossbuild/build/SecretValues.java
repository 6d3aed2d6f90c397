// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.build;

import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.ConfigException;
import io.crossbuild.guest.StepSecret;
import io.crossbuild.io.SecretForms;
import io.crossbuild.io.SecretMask;
import io.crossbuild.script.BuildFile;
import io.crossbuild.script.Directive;
import io.crossbuild.script.Step;
import io.crossbuild.spec.Secrets;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** The values of the secrets that the steps of a build file name. */
public final class SecretValues {
    /** Linux accepts at most 128 KiB for a variable (execve(2)). */
    private static final int MAX_LENGTH = 64 << 10;

    private final Map<String, String> values;
    private final SecretMask mask;

    private SecretValues(Map<String, String> values) {
        this.values = values;
        this.mask = SecretMask.of(values.values());
    }

    /** Checks that each secret of a build file has a value. */
    public static void require(BuildFile file, Secrets secrets) throws ConfigException {
        of(file, secrets, file.steps());
    }

    /**
     * The values that there are.
     *
     * @param needed the steps whose secrets must have values; those of other steps are only masked
     */
    static SecretValues of(BuildFile file, Secrets secrets, List<Step> needed) throws ConfigException {
        Map<String, String> values = new TreeMap<>();
        List<String> problems = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (Step step : file.steps()) {
            for (Directive.Secret secret : step.secrets()) {
                boolean isNeeded = needed.contains(step);
                Optional<String> value = find(secret.name(), secrets, isNeeded);
                Optional<String> problem =
                        value.isEmpty() ? Optional.of("has no value (expected one)") : problem(value.get());
                if (problem.isEmpty()) {
                    values.put(secret.name(), value.get());
                } else if (isNeeded) {
                    problems.add("line " + secret.line() + ": secret '" + secret.name() + "' " + problem.get());
                    missing.add(secret.name());
                }
            }
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(
                    file.path().toString(), problems, AdviceKey.GIVE_SECRET.advice("name", missing.get(0)));
        }
        return new SecretValues(values);
    }

    private static Optional<String> find(String name, Secrets secrets, boolean isNeeded) throws ConfigException {
        try {
            return secrets.find(name).filter(value -> !value.isBlank());
        } catch (ConfigException e) {
            if (isNeeded) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private static Optional<String> problem(String value) {
        if (value.length() > MAX_LENGTH) {
            return Optional.of("has " + value.length() + " characters (expected at most " + MAX_LENGTH + ")");
        }
        return value.indexOf('\0') < 0 ? Optional.empty() : Optional.of("contains a zero character (expected none)");
    }

    /** What hides the values in output. */
    SecretMask mask() {
        return mask;
    }

    /** The secrets for a step. */
    List<StepSecret> of(Step step) {
        return step.secrets().stream()
                .map(secret -> new StepSecret(secret.variable(), secret.file(), value(secret)))
                .toList();
    }

    private String value(Directive.Secret secret) {
        return Objects.requireNonNull(values.get(secret.name()));
    }

    /** The first secret of a step that is in a text. */
    Optional<String> in(String text, Step step) {
        return step.secrets().stream()
                .filter(secret -> SecretForms.areIn(text, value(secret)))
                .map(Directive.Secret::name)
                .findFirst();
    }

    /** The first secret of a step that is in a file. */
    Optional<String> in(Path file, Step step) throws IOException {
        for (Directive.Secret secret : step.secrets()) {
            if (SecretForms.areIn(file, value(secret))) {
                return Optional.of(secret.name());
            }
        }
        return Optional.empty();
    }
}
