// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.zstd;

import io.crossbuild.error.MalformedInputException;
import java.util.Arrays;

/**
 * A table of Finite State Entropy (RFC 8878, section 4.1): each state stands for a symbol and says how many bits lead to
 * the next state.
 */
final class FseTable {
    private final int log;
    private final int[] symbols;
    private final int[] bits;
    private final int[] bases;

    private FseTable(int log) {
        this.log = log;
        this.symbols = new int[1 << log];
        this.bits = new int[1 << log];
        this.bases = new int[1 << log];
    }

    int symbol(int state) {
        return symbols[state];
    }

    int first(BackwardBits in) {
        return in.read(log);
    }

    int next(int state, BackwardBits in) {
        return bases[state] + in.read(bits[state]);
    }

    /** Of one symbol that needs no bits. */
    static FseTable constant(int symbol) {
        FseTable table = new FseTable(0);
        table.symbols[0] = symbol;
        return table;
    }

    /** @param counts how many states each symbol has; -1 is a single one at the end of the table */
    static FseTable of(int log, int... counts) {
        FseTable table = new FseTable(log);
        int size = 1 << log;
        int[] next = counts.clone();
        int high = size;
        for (int symbol = 0; symbol < counts.length; symbol++) {
            if (counts[symbol] < 0) {
                table.symbols[--high] = symbol;
                next[symbol] = 1;
            }
        }
        table.spread(counts, high);
        for (int state = 0; state < size; state++) {
            int x = next[table.symbols[state]]++;
            table.bits[state] = log - (31 - Integer.numberOfLeadingZeros(x));
            table.bases[state] = (x << table.bits[state]) - size;
        }
        return table;
    }

    private void spread(int[] counts, int high) {
        int size = 1 << log;
        int step = (size >> 1) + (size >> 3) + 3;
        int at = 0;
        for (int symbol = 0; symbol < counts.length; symbol++) {
            for (int i = 0; i < counts[symbol]; i++) {
                symbols[at] = symbol;
                do {
                    at = (at + step) & (size - 1);
                } while (at >= high);
            }
        }
    }

    /** Reads the counts of a table, and goes on behind them. */
    static FseTable read(Source source, int maxLog, int maxSymbol) throws MalformedInputException {
        ForwardBits in = new ForwardBits(source);
        int log = in.read(4) + 5;
        if (log > maxLog) {
            throw source.malformed("a table of 2^" + log + " states (expected at most 2^" + maxLog + ")");
        }
        int[] counts = new int[maxSymbol + 1];
        int symbol = 0;
        int remaining = 1 << log;
        while (remaining > 0 && symbol <= maxSymbol) {
            int count = in.upTo(remaining + 1) - 1;
            remaining -= Math.abs(count);
            counts[symbol++] = count;
            // After none there follows how many more have none.
            int more = count == 0 ? 3 : 0;
            while (more == 3 && symbol <= maxSymbol) {
                more = in.read(2);
                symbol += more;
            }
        }
        if (remaining != 0 || symbol > maxSymbol + 1) {
            throw source.malformed("counts of " + symbol + " symbols with " + remaining
                    + " states left (expected at most " + (maxSymbol + 1) + ", and none left)");
        }
        in.end();
        return of(log, Arrays.copyOf(counts, symbol));
    }
}
