// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.zstd;

import io.crossbuild.error.MalformedInputException;
import java.util.Arrays;

/** A Huffman code of bytes (RFC 8878, section 4.2), as a table of what any next bits begin with. */
final class HuffmanTable {
    private static final int MAX_BITS = 11;
    private static final int MAX_WEIGHTS = 255;
    private static final int MAX_WEIGHTS_LOG = 6;

    private final int log;
    private final byte[] symbols;
    private final byte[] lengths;

    private HuffmanTable(int log) {
        this.log = log;
        this.symbols = new byte[1 << log];
        this.lengths = new byte[1 << log];
    }

    /** Decodes so many bytes; there must be bits for these and no more. */
    void decode(BackwardBits in, byte[] out, int at, int count) throws MalformedInputException {
        for (int i = at; i < at + count; i++) {
            int next = in.peek(log);
            out[i] = symbols[next];
            in.skip(lengths[next]);
        }
        in.requireEnd();
    }

    static HuffmanTable read(Source source) throws MalformedInputException {
        int header = source.u8();
        int[] weights = new int[MAX_WEIGHTS + 1];
        int count;
        if (header >= 128) {
            count = header - 127;
            for (int i = 0; i < count; i += 2) {
                int two = source.u8();
                weights[i] = two >> 4;
                // Of an odd number the last half byte stands for nothing; it is overwritten.
                weights[i + 1] = two & 15;
            }
        } else {
            count = compressedWeights(source.take(header), weights);
        }
        return of(source, weights, count);
    }

    /** Two states take turns until one of them asks for more bits than there are; the other one's symbol is the last. */
    private static int compressedWeights(Source source, int[] weights) throws MalformedInputException {
        FseTable table = FseTable.read(source, MAX_WEIGHTS_LOG, MAX_BITS + 1);
        BackwardBits in = new BackwardBits(source);
        int state = table.first(in);
        int other = table.first(in);
        int count = 0;
        while (in.left() >= 0) {
            if (count + 2 > MAX_WEIGHTS) {
                throw source.malformed("more than " + MAX_WEIGHTS + " weights (expected fewer)");
            }
            weights[count++] = table.symbol(state);
            int next = table.next(state, in);
            state = other;
            other = next;
        }
        weights[count++] = table.symbol(state);
        return count;
    }

    /** @param count of the weights that were given; that of the symbol behind them follows from these */
    private static HuffmanTable of(Source source, int[] weights, int count) throws MalformedInputException {
        int sum = 0;
        for (int i = 0; i < count; i++) {
            if (weights[i] > MAX_BITS) {
                throw source.malformed("a weight of " + weights[i] + " (expected at most " + MAX_BITS + ")");
            }
            sum += weights[i] == 0 ? 0 : 1 << (weights[i] - 1);
        }
        int log = 32 - Integer.numberOfLeadingZeros(sum);
        int rest = (1 << log) - sum;
        if (sum == 0 || log > MAX_BITS || Integer.bitCount(rest) != 1) {
            throw source.malformed("weights with a sum of " + sum + " (expected one short of a power of two, below "
                    + (1 << MAX_BITS) + ")");
        }
        weights[count] = 32 - Integer.numberOfLeadingZeros(rest);
        HuffmanTable table = new HuffmanTable(log);
        int at = 0;
        for (int weight = 1; weight <= log; weight++) {
            for (int symbol = 0; symbol <= count; symbol++) {
                if (weights[symbol] == weight) {
                    int end = at + (1 << (weight - 1));
                    Arrays.fill(table.symbols, at, end, (byte) symbol);
                    Arrays.fill(table.lengths, at, end, (byte) (log + 1 - weight));
                    at = end;
                }
            }
        }
        return table;
    }
}
