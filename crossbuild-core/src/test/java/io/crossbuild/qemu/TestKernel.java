// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import io.crossbuild.arch.Architecture;
import io.crossbuild.debian.BinaryPackage;
import io.crossbuild.debian.DebianArchive;
import io.crossbuild.debian.Mirror;
import io.crossbuild.debian.PackageIndex;
import io.crossbuild.debian.PackageUnpacker;
import io.crossbuild.event.BuildListener;
import io.crossbuild.net.DownloadOptions;
import io.crossbuild.net.Downloader;
import io.crossbuild.store.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/** What tests with real machines share: the store, the archive, and a kernel to boot. */
record TestKernel(Store store, DebianArchive archive, Path kernel) {

    static Store openStore() throws Exception {
        return Store.open(Path.of(System.getProperty("crossbuild.it.home", "target/it-store")));
    }

    static DebianArchive openArchive(Store store) throws Exception {
        Downloader downloader = Downloader.open(DownloadOptions.of(false, BuildListener.NONE));
        return DebianArchive.open(
                store, downloader, Mirror.choose(null), "trixie", Architecture.host(), Clock.systemUTC());
    }

    /** @param directory where the kernel is unpacked */
    static TestKernel fetch(Path directory) throws Exception {
        Store store = openStore();
        DebianArchive archive = openArchive(store);
        PackageIndex index = archive.index();
        String wanted = index.find("linux-image-cloud-" + archive.architecture().debianName())
                .orElseThrow()
                .needs()
                .get(0)
                .alternatives()
                .get(0)
                .name();
        BinaryPackage image = index.find(wanted).orElseThrow();
        PackageUnpacker.unpack(
                archive.fetch(List.of(image)).values(), e -> e.path().startsWith("/boot/vmlinuz-"), directory);
        try (var files = Files.list(directory.resolve("boot"))) {
            return new TestKernel(store, archive, files.findFirst().orElseThrow());
        }
    }
}
