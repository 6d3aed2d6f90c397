// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.elf;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.error.MalformedInputException;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Damaged files lead to a typed error or to a result, never to anything else. Use {@code -Dcrossbuild.mutants=10000000}
 * for more of them.
 */
class ElfMutationTest {
    private static final int MUTANTS = Integer.getInteger("crossbuild.mutants", 20_000);

    @Test
    void noMutantGivesAnythingButATypedError() throws Exception {
        Random random = new Random(20261123);
        byte[][] seeds = {
            seed(ElfClass.ELF64, ByteOrder.LITTLE_ENDIAN),
            seed(ElfClass.ELF64, ByteOrder.BIG_ENDIAN),
            seed(ElfClass.ELF32, ByteOrder.LITTLE_ENDIAN),
            seed(ElfClass.ELF32, ByteOrder.BIG_ENDIAN)
        };
        int read = 0;
        for (int i = 0; i < MUTANTS; i++) {
            byte[] mutant = mutate(seeds[i % seeds.length], random);
            try {
                ElfFile.read(new ByteContent(mutant), "mutant");
                read++;
            } catch (MalformedInputException e) {
                assertThat(e.input()).isEqualTo("mutant");
            }
        }
        // Both outcomes must occur often; otherwise the mutants are too wild or too tame to test anything.
        assertThat(read).isBetween(MUTANTS / 20, MUTANTS * 19 / 20);
    }

    static byte[] seed(ElfClass elfClass, ByteOrder order) {
        return new ElfWriter(elfClass, order)
                .program("/lib/ld.so")
                .needs("liba.so", "libb.so")
                .soname("libself.so")
                .runpath("$ORIGIN/../lib")
                .needsVersion("liba.so", "V1", "V2?")
                .definesVersion("libself.so", "S1")
                .needsIsa(1)
                .dlopenNote("[]")
                .abiTag(0, 3, 2, 0)
                .mipsFloatAbi(5)
                .machine(elfClass == ElfClass.ELF32 ? ElfMachine.MIPS : ElfMachine.X86_64)
                .bytes();
    }

    private static byte[] mutate(byte[] seed, Random random) {
        byte[] mutant = seed.clone();
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(mutant.length);
            switch (random.nextInt(4)) {
                case 0 -> mutant[at] = (byte) random.nextInt(256);
                case 1 -> mutant[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> Arrays.fill(mutant, at, Math.min(mutant.length, at + 1 + random.nextInt(8)), (byte) -1);
                default -> Arrays.fill(mutant, at, Math.min(mutant.length, at + 1 + random.nextInt(8)), (byte) 0);
            }
        }
        return random.nextInt(16) == 0 ? Arrays.copyOf(mutant, random.nextInt(mutant.length)) : mutant;
    }
}
