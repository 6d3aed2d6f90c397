// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract;

import io.crossbuild.config.BuildConfig;
import io.crossbuild.io.Sha256Digest;
import io.crossbuild.spec.ExtractionOptions;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everything that decides what an extraction writes. Two with the same provenance write the same.
 *
 * @param disk the ids of the environment and of each layer of the disk, from the environment's up
 * @param settings digests of all that is set, by the name that the user has for it
 */
public record Provenance(List<String> disk, Map<String, String> settings) {
    private static final String PROGRAM_ITSELF = "crossbuild itself";

    public Provenance {
        disk = List.copyOf(disk);
        settings = Map.copyOf(settings);
    }

    /** The provenance of what this version of crossbuild extracts. */
    public static Provenance of(List<String> disk, BuildConfig config, ExtractionOptions options) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("Program", digest(config.program()));
        settings.put("Args", digest(config.args()));
        settings.put("Files", digest(config.files()));
        settings.put("Dirs", digest(config.dirs()));
        settings.put("MapDirs", digest(config.mapDirs()));
        settings.put("Env", digest(config.env()));
        settings.put("the configuration for OPS", digest(config.other()));
        settings.put("the options of extraction", digest(values(options)));
        settings.put(PROGRAM_ITSELF, digest(ownCode()));
        return new Provenance(disk, settings);
    }

    private static List<String> values(ExtractionOptions options) {
        return List.of(
                options.links().name(),
                String.valueOf(options.outputTimestamp()),
                String.valueOf(options.keepSetId()),
                options.closure().startCheck().name(),
                String.valueOf(options.closure().cpu()),
                String.valueOf(options.closure().ldconfig()),
                String.valueOf(options.closure().include()));
    }

    /** What is different now, in a few words; empty when nothing is. */
    Optional<String> differenceFrom(Provenance last) {
        List<String> changed = settings.keySet().stream()
                .filter(name -> !Objects.equals(settings.get(name), last.settings.get(name)))
                .sorted()
                .toList();
        if (!changed.isEmpty() || !settings.keySet().equals(last.settings.keySet())) {
            return Optional.of((changed.isEmpty() ? PROGRAM_ITSELF : String.join(", ", changed)) + " changed");
        }
        for (int i = 0; i < Math.min(disk.size(), last.disk.size()); i++) {
            if (!disk.get(i).equals(last.disk.get(i))) {
                return Optional.of(i == 0 ? "the environment is another one" : layer(i) + " is new");
            }
        }
        if (disk.size() != last.disk.size()) {
            return Optional.of(
                    disk.size() > last.disk.size()
                            ? layer(last.disk.size()) + " is new"
                            : layer(disk.size()) + " is gone");
        }
        return Optional.empty();
    }

    /** Whether both were made with the same settings by the same program, from whatever disk. */
    boolean hasSettingsOf(Provenance last) {
        return settings.equals(last.settings);
    }

    /** Whether both were read by the same program from the same disk, which there must be one of. */
    boolean isOfSameDisk(Provenance last) {
        return !disk.isEmpty()
                && disk.equals(last.disk)
                && Objects.equals(settings.get(PROGRAM_ITSELF), last.settings.get(PROGRAM_ITSELF));
    }

    private static String layer(int number) {
        return "layer " + number;
    }

    private static String digest(@Nullable Object value) {
        Sha256Digest digest = new Sha256Digest();
        feed(digest, value);
        return digest.finish().hex();
    }

    /** With the type and the count of each value, so that no two give the same bytes. */
    private static void feed(Sha256Digest digest, @Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            digest.part("map " + map.size());
            map.forEach((key, item) -> {
                feed(digest, key);
                feed(digest, item);
            });
        } else if (value instanceof Collection<?> items) {
            digest.part("list " + items.size());
            items.forEach(item -> feed(digest, item));
        } else {
            digest.part(value == null ? "null" : value.getClass().getSimpleName());
            digest.part(String.valueOf(value));
        }
    }

    /** Another build of the same version may extract otherwise: its archive has another size or time. */
    private static String ownCode() {
        try {
            CodeSource source = Provenance.class.getProtectionDomain().getCodeSource();
            if (source == null || source.getLocation() == null) {
                return "";
            }
            Path archive = Path.of(source.getLocation().toURI());
            return Files.isRegularFile(archive)
                    ? Files.size(archive) + " "
                            + Files.getLastModifiedTime(archive).toMillis()
                    : "";
        } catch (IOException | URISyntaxException | IllegalArgumentException | UnsupportedOperationException e) {
            // A class loader of its own making: the version is all that is known.
            return String.valueOf(Provenance.class.getPackage().getImplementationVersion());
        }
    }
}
