// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.zstd;

import io.crossbuild.error.MalformedInputException;
import org.jspecify.annotations.Nullable;

/** Reads how literals and copies of earlier bytes make up blocks (RFC 8878, section 3.1.1.3.2). */
final class Sequences {
    private static final int[] LITERALS_BITS = {
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
        16
    };
    private static final int[] MATCH_BITS = {
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2,
        2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16
    };
    private static final int[] LITERALS_BASES = bases(LITERALS_BITS, 0);
    private static final int[] MATCH_BASES = bases(MATCH_BITS, 3);
    private static final int MAX_OFFSET_CODE = 31;

    private static final FseTable LITERALS = FseTable.of(
            6, 4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1,
            -1, -1);
    private static final FseTable MATCHES = FseTable.of(
            6, 1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
            1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1);
    private static final FseTable OFFSETS =
            FseTable.of(5, 1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1);

    private final Output out;
    private @Nullable FseTable literalsTable;
    private @Nullable FseTable offsetsTable;
    private @Nullable FseTable matchesTable;
    private int offset1 = 1;
    private int offset2 = 4;
    private int offset3 = 8;

    Sequences(Output out) {
        this.out = out;
    }

    private static int[] bases(int[] bits, int first) {
        int[] bases = new int[bits.length];
        int base = first;
        for (int code = 0; code < bits.length; code++) {
            bases[code] = base;
            base += 1 << bits[code];
        }
        return bases;
    }

    /** Reads those of a block and writes what they make of its literals. */
    void run(Source source, byte[] literals, int literalsCount) throws MalformedInputException {
        int count = count(source);
        int used = 0;
        if (count > 0) {
            int modes = source.u8();
            if ((modes & 3) != 0) {
                throw source.malformed("modes " + modes + " of sequences (expected the last two bits to be 0)");
            }
            literalsTable = table(source, modes >> 6, LITERALS, literalsTable, 9, LITERALS_BITS.length - 1);
            offsetsTable = table(source, modes >> 4 & 3, OFFSETS, offsetsTable, 8, MAX_OFFSET_CODE);
            matchesTable = table(source, modes >> 2 & 3, MATCHES, matchesTable, 9, MATCH_BITS.length - 1);
            used = execute(source, count, literals, literalsCount, literalsTable, offsetsTable, matchesTable);
        }
        out.append(source, literals, used, literalsCount - used);
    }

    private static int count(Source source) throws MalformedInputException {
        int first = source.u8();
        if (first < 128) {
            return first;
        }
        return first < 255 ? ((first - 128) << 8) + source.u8() : (int) source.number(2) + 0x7F00;
    }

    private static FseTable table(
            Source source, int mode, FseTable predefined, @Nullable FseTable before, int maxLog, int maxSymbol)
            throws MalformedInputException {
        return switch (mode) {
            case 0 -> predefined;
            case 1 -> constant(source, maxSymbol);
            case 2 -> FseTable.read(source, maxLog, maxSymbol);
            default -> {
                if (before == null) {
                    throw source.malformed("sequences with the table of an earlier block (expected one before)");
                }
                yield before;
            }
        };
    }

    private static FseTable constant(Source source, int maxSymbol) throws MalformedInputException {
        int symbol = source.u8();
        if (symbol > maxSymbol) {
            throw source.malformed("code " + symbol + " of a sequence (expected at most " + maxSymbol + ")");
        }
        return FseTable.constant(symbol);
    }

    private int execute(
            Source source,
            int count,
            byte[] literals,
            int literalsCount,
            FseTable literalsTable,
            FseTable offsetsTable,
            FseTable matchesTable)
            throws MalformedInputException {
        BackwardBits in = new BackwardBits(source);
        int literal = literalsTable.first(in);
        int offset = offsetsTable.first(in);
        int match = matchesTable.first(in);
        int used = 0;
        for (int i = 0; i < count; i++) {
            int offsetCode = offsetsTable.symbol(offset);
            int matchCode = matchesTable.symbol(match);
            int literalCode = literalsTable.symbol(literal);
            long distance = (1L << offsetCode) + Integer.toUnsignedLong(in.read(offsetCode));
            int matchLength = MATCH_BASES[matchCode] + in.read(MATCH_BITS[matchCode]);
            int literalLength = LITERALS_BASES[literalCode] + in.read(LITERALS_BITS[literalCode]);
            if (literalLength > literalsCount - used) {
                throw in.malformed(
                        literalLength + " literals of a sequence (expected at most " + (literalsCount - used) + ")");
            }
            out.append(source, literals, used, literalLength);
            used += literalLength;
            out.repeat(source, distance(source, distance, literalLength == 0), matchLength);
            if (i < count - 1) {
                literal = literalsTable.next(literal, in);
                match = matchesTable.next(match, in);
                offset = offsetsTable.next(offset, in);
            }
        }
        in.requireEnd();
        return used;
    }

    /** The distance of a copy: 1 to 3 stand for the last ones, without literals for the ones behind these. */
    private int distance(Source source, long value, boolean noLiterals) throws MalformedInputException {
        int recent = value > 3 ? 4 : (int) value + (noLiterals ? 1 : 0);
        if (value <= 3 && recent == 1) {
            return offset1;
        }
        long distance = value > 3 ? value - 3 : recent == 2 ? offset2 : recent == 3 ? offset3 : offset1 - 1L;
        if (distance <= 0 || distance > Integer.MAX_VALUE) {
            throw source.malformed("a copy from " + distance + " bytes before (expected at least 1)");
        }
        if (recent > 2) {
            offset3 = offset2;
        }
        offset2 = offset1;
        offset1 = (int) distance;
        return offset1;
    }
}
