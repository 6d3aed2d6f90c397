// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.run;

import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import io.crossbuild.event.Phase;
import io.crossbuild.event.TerminalText;
import io.crossbuild.io.LineSplitter;
import io.crossbuild.io.OutputLog;
import io.crossbuild.io.OutputSink;
import io.crossbuild.spec.ProgramStreams;
import java.io.IOException;
import java.io.OutputStream;

/** Where the output of a program goes: always to a log, and to streams or to a listener. */
public final class ProgramOutput {
    private final OutputLog log;
    private final boolean shown;
    private final OutputSink out;
    private final OutputSink err;

    private ProgramOutput(OutputLog log, boolean shown, OutputSink out, OutputSink err) {
        this.log = log;
        this.shown = shown;
        this.out = out;
        this.err = err;
    }

    /** Passes every byte on as it comes. */
    public static ProgramOutput to(ProgramStreams streams, OutputLog log) {
        return new ProgramOutput(log, true, sink(streams.output(), log), sink(streams.errors(), log));
    }

    /** Reports lines. */
    public static ProgramOutput to(Phase phase, BuildListener listener, OutputLog log) {
        return new ProgramOutput(
                log,
                false,
                lines(phase, BuildEvent.Stream.OUT, listener, log),
                lines(phase, BuildEvent.Stream.ERR, listener, log));
    }

    private static OutputSink lines(Phase phase, BuildEvent.Stream stream, BuildListener listener, OutputLog log) {
        return LineSplitter.to(text -> {
            String line = TerminalText.plain(text);
            log.line(line);
            listener.onEvent(new BuildEvent.PhaseOutput(phase, stream, line));
        });
    }

    private static OutputSink sink(OutputStream to, OutputLog log) {
        LineSplitter lines = LineSplitter.to(text -> log.line(TerminalText.plain(text)));
        return new OutputSink() {
            private boolean closed;

            @Override
            public void write(byte[] bytes, int offset, int length) {
                try {
                    if (!closed) {
                        to.write(bytes, offset, length);
                        to.flush();
                    }
                } catch (IOException e) {
                    // The reader has seen enough; the log has the rest.
                    closed = true;
                }
                lines.write(bytes, offset, length);
            }

            @Override
            public void end() {
                lines.end();
            }
        };
    }

    OutputLog log() {
        return log;
    }

    /** Whether the user has seen it as it is. */
    boolean isShown() {
        return shown;
    }

    OutputSink out() {
        return out;
    }

    OutputSink err() {
        return err;
    }
}
