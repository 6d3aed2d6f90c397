// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.process;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The running children; a hook kills them when the JVM shuts down, as on Ctrl-C.
 *
 * <p>The hook is registered only while there are children, so that a class loader that no longer needs crossbuild can
 * be collected.
 */
final class LiveChildren {
    private static final Set<ChildProcess> LIVE = new HashSet<>();
    private static @Nullable Thread hook;

    private LiveChildren() {}

    /** Adds a child. During the shutdown of the JVM it is killed at once. */
    static void add(ChildProcess child) {
        synchronized (LIVE) {
            LIVE.add(child);
            if (hook == null) {
                Thread thread = new Thread(LiveChildren::killAll, "crossbuild-shutdown");
                try {
                    Runtime.getRuntime().addShutdownHook(thread);
                    hook = thread;
                } catch (IllegalStateException shuttingDown) {
                    child.kill();
                }
            }
        }
    }

    static void remove(ChildProcess child) {
        synchronized (LIVE) {
            LIVE.remove(child);
            Thread thread = hook;
            if (LIVE.isEmpty() && thread != null) {
                try {
                    Runtime.getRuntime().removeShutdownHook(thread);
                    hook = null;
                } catch (IllegalStateException shuttingDown) {
                    // The hook is running; it finds nothing to do.
                }
            }
        }
    }

    private static void killAll() {
        List<ChildProcess> all;
        synchronized (LIVE) {
            all = List.copyOf(LIVE);
        }
        all.forEach(ChildProcess::kill);
    }
}
