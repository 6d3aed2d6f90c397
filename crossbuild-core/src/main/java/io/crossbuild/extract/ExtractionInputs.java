// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract;

import io.crossbuild.config.BuildConfig;
import io.crossbuild.event.ExtractionChange;
import io.crossbuild.event.ExtractionChange.Setting;
import io.crossbuild.extract.needs.TracedLine;
import io.crossbuild.io.Sha256Digest;
import io.crossbuild.spec.ExtractionOptions;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everything that determines what an extraction writes: two extractions with the same inputs write the same files.
 *
 * @param disk the ids of the environment and of each layer of the disk, from the environment upward
 * @param settings digests of all settings, by the name of the {@link Setting}
 */
public record ExtractionInputs(List<String> disk, Map<String, String> settings) {
    public ExtractionInputs {
        disk = List.copyOf(disk);
        settings = Map.copyOf(settings);
    }

    /** The inputs of an extraction by this version of crossbuild, without traced lines. */
    public static ExtractionInputs of(List<String> disk, BuildConfig config, ExtractionOptions options) {
        return of(disk, config, options, List.of());
    }

    /**
     * The inputs of an extraction by this version of crossbuild.
     *
     * @param traced what traced lines read: with the same content, the disk may still have different times of access
     */
    public static ExtractionInputs of(
            List<String> disk, BuildConfig config, ExtractionOptions options, List<TracedLine> traced) {
        Map<String, String> settings = new LinkedHashMap<>();
        for (Setting setting : Setting.values()) {
            settings.put(setting.name(), digest(value(setting, config, options, traced)));
        }
        return new ExtractionInputs(disk, settings);
    }

    private static @Nullable Object value(
            Setting setting, BuildConfig config, ExtractionOptions options, List<TracedLine> traced) {
        return switch (setting) {
            case PROGRAM -> config.program();
            case ARGS -> config.args();
            case FILES -> config.files();
            case DIRS -> config.dirs();
            case MAP_DIRS -> config.mapDirs();
            case ENV -> config.env();
            case FOR_OPS -> config.other();
            case OPTIONS -> values(options);
            // The numbers of the lines may change.
            case TRACED -> traced.stream().map(TracedLine::files).toList();
            case CROSSBUILD -> ownCode();
        };
    }

    private static List<String> values(ExtractionOptions options) {
        return List.of(
                options.links().name(),
                String.valueOf(options.outputTimestamp()),
                String.valueOf(options.keepSetId()),
                options.closure().startCheck().name(),
                String.valueOf(options.closure().cpu()),
                String.valueOf(options.closure().ldconfig()),
                String.valueOf(options.closure().include()),
                String.valueOf(options.closure().maxGlibc()),
                String.valueOf(options.closure().maxGlibcxx()),
                String.valueOf(options.closure().sources()),
                String.valueOf(options.linkedDirectoryBytes()),
                String.valueOf(options.maxFiles()),
                String.valueOf(options.maxBytes()));
    }

    /** The first difference; empty when there is none. */
    Optional<ExtractionChange> differenceFrom(ExtractionInputs last) {
        if (!settings.keySet().equals(last.settings.keySet())) {
            // A different version had different settings.
            return Optional.of(new ExtractionChange.Settings(List.of(Setting.CROSSBUILD)));
        }
        List<Setting> changed = Arrays.stream(Setting.values())
                .filter(s -> !Objects.equals(settings.get(s.name()), last.settings.get(s.name())))
                .toList();
        if (!changed.isEmpty()) {
            return Optional.of(new ExtractionChange.Settings(changed));
        }
        for (int i = 0; i < Math.min(disk.size(), last.disk.size()); i++) {
            if (!disk.get(i).equals(last.disk.get(i))) {
                return Optional.of(i == 0 ? new ExtractionChange.Environment() : new ExtractionChange.LayerNew(i));
            }
        }
        if (disk.size() != last.disk.size()) {
            return Optional.of(
                    disk.size() > last.disk.size()
                            ? new ExtractionChange.LayerNew(last.disk.size())
                            : new ExtractionChange.LayerGone(disk.size()));
        }
        return Optional.empty();
    }

    /** Whether both have the same settings and are from the same version of crossbuild, regardless of the disk. */
    boolean hasSettingsOf(ExtractionInputs last) {
        return settings.equals(last.settings);
    }

    /** Whether both were read from the same disk by the same version of crossbuild; false if there is no disk. */
    boolean isOfSameDisk(ExtractionInputs last) {
        return !disk.isEmpty()
                && disk.equals(last.disk)
                && Objects.equals(
                        settings.get(Setting.CROSSBUILD.name()), last.settings.get(Setting.CROSSBUILD.name()));
    }

    private static String digest(@Nullable Object value) {
        Sha256Digest digest = new Sha256Digest();
        feed(digest, value);
        return digest.finish().hex();
    }

    /** Includes the type and the size of each value, so that different values never result in the same bytes. */
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

    /** A different build of the same version may extract differently: its archive has a different size or time. */
    private static String ownCode() {
        try {
            CodeSource source = ExtractionInputs.class.getProtectionDomain().getCodeSource();
            if (source == null || source.getLocation() == null) {
                return "";
            }
            Path archive = Path.of(source.getLocation().toURI());
            return Files.isRegularFile(archive)
                    ? Files.size(archive) + " "
                            + Files.getLastModifiedTime(archive).toMillis()
                    : "";
        } catch (IOException | URISyntaxException | IllegalArgumentException | UnsupportedOperationException e) {
            // A custom class loader: only the version is known.
            return String.valueOf(ExtractionInputs.class.getPackage().getImplementationVersion());
        }
    }
}
