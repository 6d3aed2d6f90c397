// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.build;

import io.crossbuild.error.ConfigException;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.event.BuildListener;
import io.crossbuild.event.Warning;
import io.crossbuild.guest.Guest;
import io.crossbuild.input.HostInput;
import io.crossbuild.input.InputContent;
import io.crossbuild.input.InputContext;
import io.crossbuild.script.CacheName;
import io.crossbuild.script.Step;
import io.crossbuild.spec.InputSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A step with what it needs in addition to its text.
 *
 * @param inputs what is copied into the guest before it runs
 * @param caches the caches, whose directories are not part of its layer, by directory
 */
record PreparedStep(Step step, List<Input> inputs, List<CacheName> caches) {
    PreparedStep {
        inputs = List.copyOf(inputs);
        caches = List.copyOf(caches);
    }

    /** A source on the host, and its content when the build started. */
    record Input(HostInput source, InputContent content) {}

    /** Reads the inputs of all steps; those of the request come before the first step. */
    static List<PreparedStep> of(ScriptRequest request, BuildListener listener)
            throws IOException, CrossbuildException {
        List<PreparedStep> prepared = new ArrayList<>();
        List<InputSpec> next = new ArrayList<>(request.inputs());
        SortedMap<String, CacheName> caches = new TreeMap<>();
        InputContext context = null;
        for (Step step : request.file().steps()) {
            next.addAll(step.inputs(request.file().path().toString()));
            List<Input> inputs = new ArrayList<>();
            for (InputSpec spec : next) {
                if (context == null) {
                    context = InputContext.of(request.file().path(), request.logDirectory(), request.copyFrom());
                }
                inputs.add(read(spec, context, listener));
            }
            next.clear();
            for (CacheName cache : step.caches(request.project())) {
                CacheName before = caches.putIfAbsent(cache.directory(), cache);
                if (before != null && !before.equals(cache)) {
                    throw problem(
                            request,
                            "'" + cache.directory() + "' is a cache of both '"
                                    + before.scope().text() + "' and '"
                                    + cache.scope().text() + "' (expected only one)");
                }
            }
            prepared.add(new PreparedStep(step, inputs, List.copyOf(caches.values())));
        }
        if (caches.size() > Guest.MAX_CACHES) {
            throw problem(request, caches.size() + " caches (expected at most " + Guest.MAX_CACHES + ")");
        }
        return List.copyOf(prepared);
    }

    private static ConfigException problem(ScriptRequest request, String problem) {
        return new ConfigException(request.file().path().toString(), List.of(problem), null);
    }

    private static Input read(InputSpec spec, InputContext context, BuildListener listener)
            throws IOException, CrossbuildException {
        HostInput source = HostInput.of(spec, context);
        InputContent content = source.read();
        if (content.leftOut() > 0) {
            listener.onEvent(new Warning.InputLeftOut(spec.text(), content.leftOut()));
        }
        return new Input(source, content);
    }

    /** The digest of each input, by the input's text. */
    Map<String, String> inputDigests() {
        Map<String, String> digests = new TreeMap<>();
        inputs.forEach(input -> digests.put(
                input.source().spec().text(), input.content().digest().hex()));
        return digests;
    }
}
