// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.script;

import io.crossbuild.appliance.Guest;
import io.crossbuild.error.ConfigException;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import io.crossbuild.input.HostInput;
import io.crossbuild.input.InputContent;
import io.crossbuild.input.InputContext;
import io.crossbuild.input.InputSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A step with what it takes along beside its text.
 *
 * @param inputs what is brought into the guest before it runs
 * @param caches the guest directories that are no part of its layer, sorted
 */
record PreparedStep(Step step, List<Input> inputs, List<String> caches) {
    PreparedStep {
        inputs = List.copyOf(inputs);
        caches = List.copyOf(caches);
    }

    /** A source on the host, and what was in it when the build began. */
    record Input(HostInput source, InputContent content) {}

    /** Reads the inputs of all steps; those of the request come before the first step. */
    static List<PreparedStep> of(ScriptRequest request, BuildListener listener)
            throws IOException, CrossbuildException {
        List<PreparedStep> prepared = new ArrayList<>();
        List<InputSpec> next = new ArrayList<>(request.inputs());
        SortedSet<String> caches = new TreeSet<>();
        InputContext context = null;
        for (Step step : request.file().steps()) {
            next.addAll(step.inputs(request.file().path().toString()));
            List<Input> inputs = new ArrayList<>();
            for (InputSpec spec : next) {
                if (context == null) {
                    context = InputContext.of(request.file().path(), request.logDirectory());
                }
                inputs.add(read(spec, context, listener));
            }
            next.clear();
            caches.addAll(step.caches());
            prepared.add(new PreparedStep(step, inputs, List.copyOf(caches)));
        }
        if (caches.size() > Guest.MAX_CACHES) {
            throw new ConfigException(
                    request.file().path().toString(),
                    List.of(caches.size() + " caches (expected at most " + Guest.MAX_CACHES + ")"),
                    null);
        }
        return List.copyOf(prepared);
    }

    private static Input read(InputSpec spec, InputContext context, BuildListener listener)
            throws IOException, CrossbuildException {
        HostInput source = HostInput.of(spec, context);
        InputContent content = source.read();
        if (content.leftOut() > 0) {
            listener.onEvent(new BuildEvent.Warning(
                    "'" + spec.text() + "' leaves out " + content.leftOut() + " sockets, pipes or devices", null));
        }
        return new Input(source, content);
    }

    /** The digests of the inputs by their text. */
    Map<String, String> inputDigests() {
        Map<String, String> digests = new TreeMap<>();
        inputs.forEach(input -> digests.put(
                input.source().spec().text(), input.content().digest().hex()));
        return digests;
    }

    /** The first input that brought something else when these were the digests; only where all else is alike. */
    Optional<String> changedInput(Map<String, String> before) {
        Map<String, String> now = inputDigests();
        return now.keySet().equals(before.keySet())
                ? now.entrySet().stream()
                        .filter(input -> !input.getValue().equals(before.get(input.getKey())))
                        .map(Map.Entry::getKey)
                        .findFirst()
                : Optional.empty();
    }
}
