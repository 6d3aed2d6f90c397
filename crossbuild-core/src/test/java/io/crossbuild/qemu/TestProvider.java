// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import io.crossbuild.arch.Architecture;
import io.crossbuild.event.BuildListener;
import io.crossbuild.io.HostOs;
import io.crossbuild.store.Store;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Choices for hosts other than this one. */
public final class TestProvider {
    private TestProvider() {}

    /**
     * For a host with KVM.
     *
     * @param device any file that can be read and written
     */
    public static QemuProvider withKvm(Store store, Path device, BuildListener listener) {
        HostSystem host = new HostSystem(HostOs.LINUX, Optional.of(Architecture.AMD64), Map.of());
        QemuLocator locator = QemuLocator.of(store, List.of(), HostOs.LINUX);
        return new QemuProvider(host, locator, store, null, listener, Clock.systemUTC(), device);
    }
}
