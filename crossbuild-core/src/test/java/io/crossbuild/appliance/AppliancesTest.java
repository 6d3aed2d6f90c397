// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.appliance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.arch.Architecture;
import io.crossbuild.debian.Mirror;
import io.crossbuild.debian.Mirrors;
import io.crossbuild.error.DownloadException;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import io.crossbuild.event.Warning;
import io.crossbuild.net.DownloadOptions;
import io.crossbuild.net.Downloader;
import io.crossbuild.store.BitRot;
import io.crossbuild.store.Store;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Offline, so that no other appliance can be made. */
class AppliancesTest {
    @TempDir
    Path directory;

    private final List<BuildEvent> said = new ArrayList<>();
    private Store store;

    @BeforeEach
    void publish() throws Exception {
        store = Store.open(directory.resolve("store"));
        TestAppliance.publish(store, Architecture.AMD64);
    }

    private Appliance provide() throws Exception {
        Downloader offline = Downloader.open(DownloadOptions.of(true, BuildListener.NONE));
        return new Appliances(store, offline, Mirrors.of(Mirror.BUILT_IN), said::add).provide(Architecture.AMD64);
    }

    @Test
    void theOneInTheStoreIsUsed() throws Exception {
        assertThat(provide().kernel()).hasContent("kernel");
        assertThat(said).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {Appliance.KERNEL_FILE, Appliance.INITRAMFS_FILE})
    void aTruncatedOneIsNamedAndANewOneIsMade(String file) throws Exception {
        Path truncated = provide().kernel().resolveSibling(file);
        BitRot.truncate(truncated, 3);
        assertThatThrownBy(this::provide).as("it needs the archive").isInstanceOf(DownloadException.class);
        assertThat(said.get(0))
                .isInstanceOfSatisfying(
                        Warning.StoreDamaged.class,
                        w -> assertThat(w.damage()).startsWith("'" + truncated + "' has 3 bytes (expected "));
        assertThat(store.keys(Store.Kind.APPLIANCE)).isEmpty();
    }
}
