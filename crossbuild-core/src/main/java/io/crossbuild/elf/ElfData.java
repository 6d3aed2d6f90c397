// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.elf;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.MalformedInputException;
import io.crossbuild.tree.FileContent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The parts of a file that contain its texts: everything except its code, if the link editor has separated the two.
 * Code is more than half of a large program.
 */
public final class ElfData {
    private static final int EXECUTABLE = 1;
    private static final int WRITABLE = 2;

    private ElfData() {}

    /** A part of a file. */
    public record Stretch(long start, long end) {}

    /**
     * The parts of a file that may contain texts, in order; the whole file if it is damaged or not an ELF file.
     *
     * @param name the file's name for messages
     */
    public static List<Stretch> of(FileContent content, String name) throws IOException, CrossbuildException {
        List<Stretch> whole = List.of(new Stretch(0, content.sizeBytes()));
        List<ElfReader.Segment> code = new ArrayList<>();
        boolean apart = false;
        try {
            for (ElfReader.Segment segment : new ElfReader(new ElfBytes(content, name)).loaded()) {
                if ((segment.flags() & EXECUTABLE) != 0) {
                    code.add(segment);
                }
                // Without one of these, constants are among the code.
                apart |= (segment.flags() & (EXECUTABLE | WRITABLE)) == 0 && segment.fileBytes() > 0;
            }
        } catch (MalformedInputException e) {
            if (!e.input().equals(name)) {
                throw e;
            }
            return whole;
        }
        return apart ? without(code, content.sizeBytes()) : whole;
    }

    private static List<Stretch> without(List<ElfReader.Segment> code, long size) {
        List<Stretch> stretches = new ArrayList<>();
        long start = 0;
        for (ElfReader.Segment segment : code) {
            // Segments are in the order of their addresses; one that is out of order, or has an impossible end, is
            // kept.
            long end = segment.offset() + segment.fileBytes();
            if (segment.offset() >= start && segment.fileBytes() >= 0 && end >= start && end <= size) {
                stretches.add(new Stretch(start, segment.offset()));
                start = end;
            }
        }
        stretches.add(new Stretch(start, size));
        return stretches;
    }
}
