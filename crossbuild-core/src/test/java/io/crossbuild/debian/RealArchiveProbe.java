// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import io.crossbuild.arch.Architecture;
import io.crossbuild.event.BuildListener;
import io.crossbuild.net.*;
import io.crossbuild.store.Store;
import java.nio.file.*;
import java.time.Clock;
import java.util.*;

final class RealArchiveProbe {
    public static void main(String[] a) throws Exception {
        Store store = Store.open(Path.of(a[0]));
        Downloader d = Downloader.open(DownloadOptions.of(a[1].equals("offline"), BuildListener.NONE));
        long t = System.nanoTime();
        DebianArchive ar =
                DebianArchive.open(store, d, Mirror.choose(null), a[2], Architecture.AMD64, Clock.systemUTC());
        System.err.println("release " + ar.release().date() + " " + ar.release().digest() + " " + ms(t));
        PackageIndex index = ar.index();
        System.gc();
        System.err.println(index.size() + " packages " + ms(t) + " used "
                + ((Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) >> 20));
        List<String> names = new ArrayList<>(List.of(a).subList(3, a.length));
        if (names.remove("BASE")) names.addAll(BaseSystem.names(index));
        List<BinaryPackage> s = DependencySolver.solve(index, names);
        System.err.println("solved " + s.size() + " " + ms(t));
        for (BinaryPackage p : s) System.out.println(p);
        if (System.getProperty("fetch") != null) {
            ar.fetch(s);
            System.err.println(
                    "fetched " + s.stream().mapToLong(BinaryPackage::sizeBytes).sum() + " " + ms(t));
        }
    }

    static String ms(long t) {
        return (System.nanoTime() - t) / 1000000 + " ms";
    }
}
