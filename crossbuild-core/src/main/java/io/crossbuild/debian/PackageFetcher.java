// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.net.Download;
import io.crossbuild.net.Downloader;
import io.crossbuild.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Brings packages into the store, several at once, each checked against its digest. */
public final class PackageFetcher {
    private final Store store;
    private final Downloader downloader;
    private final Mirror mirror;

    public PackageFetcher(Store store, Downloader downloader, Mirror mirror) {
        this.store = store;
        this.downloader = downloader;
        this.mirror = mirror;
    }

    /**
     * The files of packages; those that are not in the store are fetched.
     *
     * @return in the order of the packages
     */
    public Map<BinaryPackage, Path> fetch(Collection<BinaryPackage> packages)
            throws CrossbuildException, IOException, InterruptedException {
        Map<BinaryPackage, Path> files = new LinkedHashMap<>();
        Map<Path, Download> missing = new LinkedHashMap<>();
        for (BinaryPackage one : packages) {
            Optional<Path> present = store.downloads().find(one.digest(), one.sizeBytes());
            Path file = present.isPresent() ? present.get() : store.downloads().place(one.digest());
            if (present.isEmpty()) {
                missing.put(file, new Download(mirror.resolve(one.file()), file, one.sizeBytes(), one.digest()));
            }
            files.put(one, file);
        }
        downloader.downloadAll(List.copyOf(missing.values()));
        return files;
    }
}
