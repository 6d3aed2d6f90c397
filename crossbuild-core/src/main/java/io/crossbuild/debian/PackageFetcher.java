// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.DownloadException;
import io.crossbuild.error.UntrustedException;
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
import org.jspecify.annotations.Nullable;

/** Brings packages into the store, several at once, each checked against its digest. */
final class PackageFetcher {
    private final Store store;
    private final Downloader downloader;
    private final List<Mirror> mirrors;

    /** @param mirrors in the order in which they are asked, until one has the files */
    PackageFetcher(Store store, Downloader downloader, List<Mirror> mirrors) {
        this.store = store;
        this.downloader = downloader;
        this.mirrors = mirrors;
    }

    /**
     * The files of packages; those that are not in the store are fetched.
     *
     * @return in the order of the packages
     */
    public Map<BinaryPackage, Path> fetch(Collection<BinaryPackage> packages)
            throws CrossbuildException, IOException, InterruptedException {
        Map<BinaryPackage, Path> files = new LinkedHashMap<>();
        fromAny(downloader, mirrors, mirror -> {
            files.clear();
            downloader.downloadAll(List.copyOf(missing(packages, mirror, files)));
        });
        return files;
    }

    /** Downloads from one mirror. */
    @FunctionalInterface
    interface FromMirror {
        void fetch(Mirror mirror) throws CrossbuildException, IOException, InterruptedException;
    }

    /** Tries one mirror after the other; if all fail, the failure of the first is thrown. */
    static void fromAny(Downloader downloader, List<Mirror> mirrors, FromMirror work)
            throws CrossbuildException, IOException, InterruptedException {
        @Nullable CrossbuildException first = null;
        for (Mirror mirror : mirrors) {
            try {
                work.fetch(mirror);
                return;
            } catch (DownloadException | UntrustedException e) {
                if (downloader.isOffline()) {
                    throw e;
                }
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }

    private Collection<Download> missing(
            Collection<BinaryPackage> packages, Mirror mirror, Map<BinaryPackage, Path> files)
            throws CrossbuildException {
        Map<Path, Download> missing = new LinkedHashMap<>();
        for (BinaryPackage one : packages) {
            Optional<Path> present = store.downloads().find(one.digest(), one.sizeBytes(), downloader.listener());
            Path file = present.isPresent() ? present.get() : store.downloads().place(one.digest());
            if (present.isEmpty()) {
                missing.put(file, new Download(mirror.resolve(one.file()), file, one.sizeBytes(), one.digest()));
            }
            files.put(one, file);
        }
        return missing.values();
    }
}
