// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import io.crossbuild.closure.CacheEntry;
import io.crossbuild.closure.Closure;
import io.crossbuild.closure.ClosureRequest;
import io.crossbuild.closure.Hint;
import io.crossbuild.closure.InstalledPackage;
import io.crossbuild.closure.MissingFile;
import io.crossbuild.closure.NeededCache;
import io.crossbuild.closure.OpenReason;
import io.crossbuild.closure.OpenRequest;
import io.crossbuild.closure.OpenedFile;
import io.crossbuild.closure.ProbedPath;
import io.crossbuild.closure.ProvidedLibrary;
import io.crossbuild.closure.RuleFile;
import io.crossbuild.closure.SkippedFile;
import io.crossbuild.closure.SonameConflict;
import io.crossbuild.closure.StartProblem;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A closure as JSON of ASCII characters. A byte of a name that is not valid UTF-8 is a lone surrogate {@code \\uDC80}
 * to {@code \\uDCFF} (see {@link io.crossbuild.tree.FileTree}). A key without a value is left out.
 */
public final class ClosureJson {
    private static final JsonFactory JSON =
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private final JsonGenerator out;
    private final ProgramClosure program;

    private ClosureJson(JsonGenerator out, ProgramClosure program) {
        this.out = out;
        this.program = program;
    }

    /** The whole closure. */
    public static String of(ProgramClosure program) throws IOException {
        return write(program, ClosureJson::all);
    }

    /** Chains of requests under the key {@code why}, each as an array. */
    static String why(ProgramClosure program, List<List<OpenRequest>> chains) throws IOException {
        return write(program, json -> {
            json.out.writeArrayFieldStart("why");
            for (List<OpenRequest> chain : chains) {
                json.out.writeStartArray();
                for (OpenRequest r : chain) {
                    json.request(r);
                }
                json.out.writeEndArray();
            }
            json.out.writeEndArray();
        });
    }

    /** The requests and missing names for one name, under the same keys as in the whole closure. */
    static String whyNot(ProgramClosure program, String name) throws IOException {
        Closure closure = program.closure();
        return write(program, json -> {
            json.requests(closure.requests().stream()
                    .filter(r -> r.reason().name().equals(name))
                    .toList());
            json.missing(closure.missing().stream()
                    .filter(m -> m.name().equals(name))
                    .toList());
        });
    }

    private interface Part {
        void write(ClosureJson json) throws IOException;
    }

    private static String write(ProgramClosure program, Part part) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = JSON.createGenerator(text)) {
            // Standard output may be a terminal, and a guest can choose any names.
            out.setHighestNonEscapedChar(0x7E);
            out.setPrettyPrinter(new DefaultPrettyPrinter());
            out.writeStartObject();
            part.write(new ClosureJson(out, program));
            out.writeEndObject();
        }
        return text.toString();
    }

    private void all() throws IOException {
        ClosureRequest request = program.request();
        Closure closure = program.closure();
        text("program", request.program());
        out.writeBooleanField("secure", program.secure());
        texts("addons", request.addons());
        out.writeArrayFieldStart("files");
        for (OpenedFile f : closure.files()) {
            file(f);
        }
        out.writeEndArray();
        requests(closure.requests());
        missing(closure.missing());
        problems(closure);
        out.writeArrayFieldStart("hints");
        for (Hint h : program.hints()) {
            hint(h);
        }
        out.writeEndArray();
        ruleFiles();
        NeededCache cache = closure.neededCache();
        if (cache != null) {
            out.writeObjectFieldStart("neededCache");
            text("path", cache.path());
            out.writeArrayFieldStart("entries");
            for (CacheEntry e : cache.entries()) {
                out.writeStartObject();
                text("name", e.name());
                text("path", e.path());
                text("subdirectory", e.subdirectory());
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        }
    }

    private void file(OpenedFile f) throws IOException {
        out.writeStartObject();
        text("path", f.path());
        text("canonicalPath", f.canonicalPath());
        texts("links", f.links());
        out.writeNumberField("bytes", program.bytes().getOrDefault(f.canonicalPath(), 0L));
        reason(f.reason());
        InstalledPackage owner = program.owners().get(f.canonicalPath());
        if (owner != null) {
            out.writeObjectFieldStart("owner");
            text("package", owner.name());
            text("version", owner.version());
            text("architecture", owner.architecture());
            text("source", owner.source());
            text("sourceVersion", owner.sourceVersion());
            out.writeEndObject();
        }
        out.writeEndObject();
    }

    private void reason(OpenReason reason) throws IOException {
        text("requester", reason.requester());
        text("name", reason.name());
        text("rule", reason.rule().text());
        text("ruleSource", reason.source());
    }

    private void requests(List<OpenRequest> requests) throws IOException {
        out.writeArrayFieldStart("requests");
        for (OpenRequest r : requests) {
            request(r);
        }
        out.writeEndArray();
    }

    private void request(OpenRequest r) throws IOException {
        out.writeStartObject();
        text("path", r.path());
        reason(r.reason());
        probed("refused", r.refused());
        out.writeEndObject();
    }

    private void missing(List<MissingFile> missing) throws IOException {
        out.writeArrayFieldStart("missing");
        for (MissingFile m : missing) {
            out.writeStartObject();
            text("root", m.root());
            text("requester", m.requester());
            text("name", m.name());
            probed("probed", m.probed());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private void probed(String key, List<ProbedPath> paths) throws IOException {
        if (paths.isEmpty()) {
            return;
        }
        out.writeArrayFieldStart(key);
        for (ProbedPath p : paths) {
            out.writeStartObject();
            text("path", p.path());
            text("rule", p.rule().text());
            text("ruleSource", p.source());
            text("refusal", p.refusal().name().toLowerCase(Locale.ROOT));
            text("detail", p.detail());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private void problems(Closure closure) throws IOException {
        out.writeArrayFieldStart("problems");
        for (StartProblem p : closure.problems()) {
            out.writeStartObject();
            text("kind", p.kind().name().toLowerCase(Locale.ROOT));
            text("root", p.root());
            text("file", p.file());
            texts("chain", p.chain());
            text("message", p.message());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeArrayFieldStart("provided");
        for (ProvidedLibrary p : closure.provided()) {
            out.writeStartObject();
            text("root", p.root());
            text("requester", p.requester());
            text("name", p.name());
            text("provider", p.provider());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeArrayFieldStart("conflicts");
        for (SonameConflict c : closure.conflicts()) {
            out.writeStartObject();
            text("name", c.name());
            out.writeArrayFieldStart("paths");
            for (SonameConflict.Candidate candidate : c.paths()) {
                out.writeStartObject();
                text("path", candidate.path());
                text("root", candidate.root());
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeArrayFieldStart("skipped");
        for (SkippedFile s : closure.skipped()) {
            out.writeStartObject();
            text("path", s.path());
            text("cause", s.cause().name().toLowerCase(Locale.ROOT));
            text("detail", s.why());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private void ruleFiles() throws IOException {
        out.writeArrayFieldStart("ruleFiles");
        for (RuleFile f : program.ruleFiles()) {
            out.writeStartObject();
            text("path", f.path());
            text("rule", f.rule());
            text("what", f.what());
            text("trigger", f.trigger());
            out.writeNumberField("bytes", f.bytes());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private void hint(Hint h) throws IOException {
        out.writeStartObject();
        text("group", h.group().text());
        text("priority", h.priority().name().toLowerCase(Locale.ROOT));
        texts("files", h.files());
        texts("directories", h.directories());
        texts("addons", h.addons());
        texts(
                "libraries",
                h.libraries().stream().map(ClosureRequest.NamedLibrary::name).toList());
        text("reason", h.reason());
        out.writeEndObject();
    }

    private void text(String key, @Nullable String value) throws IOException {
        if (value != null) {
            out.writeStringField(key, value);
        }
    }

    private void texts(String key, List<String> values) throws IOException {
        if (!values.isEmpty()) {
            out.writeArrayFieldStart(key);
            for (String value : values) {
                out.writeString(value);
            }
            out.writeEndArray();
        }
    }
}
