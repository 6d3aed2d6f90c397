// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

import io.crossbuild.arch.Architecture;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.HostDiskException;
import io.crossbuild.error.VirtualMachineException;
import io.crossbuild.spec.MachineOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Boots guests that need no machine. Their calls are recorded in a {@link Story}; what happens at a call is set up
 * beforehand, by the beginning of the call: see {@link MemoryGuest}.
 */
public final class MemoryGuests implements GuestBooter {
    private final Story story;
    private final Map<String, Incident> incidents = new ConcurrentHashMap<>();
    private final List<MemoryGuest> booted = new CopyOnWriteArrayList<>();
    private final Set<Shortage> shortages = Collections.synchronizedSet(EnumSet.noneOf(Shortage.class));
    private volatile @Nullable String interruptAfter;
    private final List<String> removed = new CopyOnWriteArrayList<>();

    public MemoryGuests(Story story) {
        this.story = story;
    }

    /** What happens at a call. */
    @FunctionalInterface
    private interface Incident {
        void happen() throws VirtualMachineException, InterruptedException;
    }

    /** A call that continues when the test releases it. */
    public static final class Held {
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);

        /** Waits until a guest is at the call. */
        public void await() throws InterruptedException {
            if (!reached.await(30, TimeUnit.SECONDS)) {
                throw new AssertionError("no guest came to the call");
            }
        }

        public void release() {
            released.countDown();
        }

        private void hold() throws InterruptedException {
            reached.countDown();
            released.await();
        }
    }

    /** The machine dies at a call. */
    public void dieAt(String call) {
        incidents.put(call, () -> {
            throw new VirtualMachineException(
                    "The virtual machine was lost: QEMU ended with status 137", null, null, null);
        });
    }

    /** The host's disk is full at a call, which ends the machine. */
    public void fillHostDiskAt(String call) {
        incidents.put(call, () -> {
            throw new HostDiskException(
                    "Freezing the disk failed", "No space left on device", AdviceKey.FREE_SPACE.advice(), null, null);
        });
    }

    /** A call lasts until the test releases it, or its thread is interrupted. */
    public Held holdAt(String call) {
        Held held = new Held();
        incidents.put(call, held::hold);
        return held;
    }

    /** The thread of a call is interrupted when the call has done all its work. */
    public void interruptAfter(String call) {
        interruptAfter = call;
    }

    /** Removes all incidents. */
    public void calm() {
        incidents.clear();
        interruptAfter = null;
    }

    /** Sets what guests report to be short of. */
    public void shortOf(Shortage shortage) {
        shortages.add(shortage);
    }

    Set<Shortage> shortages() {
        return shortages;
    }

    /** A line that the check of apt's packages prints. */
    public void removes(String line) {
        removed.add(line);
    }

    List<String> removed() {
        return removed;
    }

    /** The text of a file on the disk whose top image is given; empty when there is no such file. */
    public static String read(Path image, String path) throws IOException {
        return MemoryDisk.open(image).text(path);
    }

    /** The number of booted guests. */
    public int count() {
        return booted.size();
    }

    /** The guests that were not closed. */
    public List<MemoryGuest> open() {
        List<MemoryGuest> open = new ArrayList<>(booted);
        open.removeIf(MemoryGuest::isClosed);
        return open;
    }

    @Override
    public Guest boot(
            Architecture architecture, MachineOptions options, Path logDirectory, @Nullable Future<List<Path>> root)
            throws VirtualMachineException, IOException, InterruptedException {
        enter("boot");
        MemoryGuest guest = new MemoryGuest(this);
        booted.add(guest);
        boolean ready = false;
        try {
            if (root != null) {
                List<Path> images = root.get();
                guest.mount(images.get(images.size() - 1));
            }
            ready = true;
            return guest;
        } catch (ExecutionException e) {
            throw new IOException(e);
        } finally {
            if (!ready) {
                guest.close();
            }
        }
    }

    /** Ends a call. */
    void leave(String call) {
        if (call.equals(interruptAfter)) {
            Thread.currentThread().interrupt();
        }
    }

    /** Begins a call. */
    void enter(String call) throws VirtualMachineException, InterruptedException {
        if (!call.equals("boot")) {
            // A machine boots while other things happen, at an unpredictable moment.
            story.add(call);
        }
        for (Map.Entry<String, Incident> incident : incidents.entrySet()) {
            if (call.startsWith(incident.getKey())) {
                incident.getValue().happen();
            }
        }
    }
}
