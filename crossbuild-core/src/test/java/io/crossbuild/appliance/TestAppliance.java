// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.appliance;

import io.crossbuild.arch.Architecture;
import io.crossbuild.store.Store;
import java.nio.file.Files;
import java.util.Set;

/** An appliance without a kernel. */
public final class TestAppliance {
    private TestAppliance() {}

    /** Puts one of the present recipe into a store. */
    public static void publish(Store store, Architecture architecture) throws Exception {
        String recipe = ApplianceRecipe.digest().hex().substring(0, 12);
        store.publish(Store.Kind.APPLIANCE, architecture.debianName() + "-" + recipe + "-test", directory -> {
            Files.writeString(directory.resolve(Appliance.KERNEL_FILE), "kernel");
            Files.writeString(directory.resolve(Appliance.INITRAMFS_FILE), "initramfs");
        });
    }

    /** The names of the scripts that an appliance gets. */
    public static Set<String> scripts() throws Exception {
        return ApplianceRecipe.scripts().keySet();
    }
}
