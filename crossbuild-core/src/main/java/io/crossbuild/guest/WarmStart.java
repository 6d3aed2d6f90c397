// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

import io.crossbuild.appliance.Appliance;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.VirtualMachineException;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import io.crossbuild.io.Excerpt;
import io.crossbuild.io.HostOs;
import io.crossbuild.io.Sha256;
import io.crossbuild.process.Deadline;
import io.crossbuild.qemu.Accelerator;
import io.crossbuild.qemu.MachineSpec;
import io.crossbuild.qemu.QemuBinary;
import io.crossbuild.qemu.QemuProcess;
import io.crossbuild.qemu.StateTable;
import io.crossbuild.qemu.StateTable.Saving;
import io.crossbuild.store.SealCheck;
import io.crossbuild.store.Store;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The saved RAM of guests that waited for the host: a machine that starts with it is ready in a fraction of the time
 * that a boot takes. It was saved before the guest had keys, the time or an SSH server, so it contains no secret, and
 * each machine gets its own.
 */
final class WarmStart {
    /** The parts of a machine that make no difference to its state, and why. */
    static final Map<String, String> NOT_IN_KEY = Map.of(
            "kernel", "the appliance's key and the accelerator identify it, wherever the store is",
            "initrd", "the appliance's key identifies it",
            "filter", "it is part of the host, and has no state",
            "incoming", "set only for the machine that continues, not for the one that is saved",
            "memory", "where the RAM is, not its content");

    private static final int KEY_LENGTH = 40;

    private final Store store;
    private final BuildListener listener;
    private final BiFunction<QemuBinary, Accelerator, Saving> table;

    WarmStart(Store store, BuildListener listener) {
        this(store, listener, (qemu, accelerator) -> StateTable.saving(HostOs.current(), qemu, accelerator));
    }

    /** @param table how the states of machines are saved */
    WarmStart(Store store, BuildListener listener, BiFunction<QemuBinary, Accelerator, Saving> table) {
        this.table = table;
        this.store = store;
        this.listener = listener;
    }

    /** The saved state that fits a machine; QEMU accepts it only for an identical one. */
    Optional<SavedState> find(QemuBinary qemu, Appliance appliance, MachineSpec machine)
            throws CrossbuildException, InterruptedException {
        if (saving(qemu, machine) == Saving.NONE) {
            return Optional.empty();
        }
        String key = key(qemu, appliance, machine);
        Optional<Path> state = store.find(Store.Kind.STATE, key);
        if (state.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> damage = new SealCheck(store).damage(state.get());
        if (damage.isPresent()) {
            listener.onEvent(new BuildEvent.SavedMachineDiscarded(damage.get()));
            store.remove(Store.Kind.STATE, key);
            return Optional.empty();
        }
        store.touch(Store.Kind.STATE, key);
        return state.map(SavedState::new);
    }

    /**
     * Boots a machine until its guest waits, saves its state and ends it.
     *
     * @return empty when it cannot be saved, or only while the machine continues to run: see {@link #save}
     * @throws VirtualMachineException when the guest does not get there in time
     */
    Optional<SavedState> make(
            QemuBinary qemu, Appliance appliance, MachineSpec machine, Path logDirectory, Deadline deadline)
            throws VirtualMachineException, InterruptedException {
        if (saving(qemu, machine) != Saving.RAM_APART) {
            return Optional.empty();
        }
        try {
            return Optional.of(new SavedState(store.publish(
                    Store.Kind.STATE,
                    key(qemu, appliance, machine),
                    directory -> new SavedState(directory).make(qemu, machine, logDirectory, deadline))));
        } catch (VirtualMachineException e) {
            if (deadline.isExpired()) {
                throw e;
            }
            tellNotKept(e);
        } catch (CrossbuildException e) {
            tellNotKept(e);
        }
        return Optional.empty();
    }

    /** Saves the state of a waiting guest, which continues to run; a failure does not affect the build. */
    void save(QemuProcess process, QemuBinary qemu, Appliance appliance, Deadline deadline)
            throws InterruptedException {
        if (saving(qemu, process.spec()) != Saving.IN_ONE_FILE) {
            return;
        }
        try {
            store.publish(
                    Store.Kind.STATE,
                    key(qemu, appliance, process.spec()),
                    directory -> new SavedState(directory).save(process, deadline));
        } catch (CrossbuildException e) {
            tellNotKept(e);
        }
    }

    private Saving saving(QemuBinary qemu, MachineSpec machine) {
        return table.apply(qemu, machine.accelerator());
    }

    private void tellNotKept(CrossbuildException e) {
        listener.onEvent(new BuildEvent.MachineNotSaved(Excerpt.firstLine(String.valueOf(e.getMessage()))));
    }

    /** Removes a state that a machine did not accept. */
    void discard(QemuBinary qemu, Appliance appliance, MachineSpec machine, VirtualMachineException reason)
            throws CrossbuildException, InterruptedException {
        listener.onEvent(new BuildEvent.SavedMachineDiscarded(Excerpt.firstLine(String.valueOf(reason.getMessage()))));
        store.remove(Store.Kind.STATE, key(qemu, appliance, machine));
    }

    /** Everything about a machine except what {@link #NOT_IN_KEY} lists. */
    static String key(QemuBinary qemu, Appliance appliance, MachineSpec machine) {
        StringBuilder all = new StringBuilder(qemu.build() + '\n' + appliance.key());
        for (RecordComponent component : MachineSpec.class.getRecordComponents()) {
            if (!NOT_IN_KEY.containsKey(component.getName())) {
                all.append('\n').append(component.getName()).append('=').append(value(component, machine));
            }
        }
        return Sha256.of(all.toString().getBytes(StandardCharsets.UTF_8)).hex().substring(0, KEY_LENGTH);
    }

    private static @Nullable Object value(RecordComponent component, MachineSpec machine) {
        try {
            return component.getAccessor().invoke(machine);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
