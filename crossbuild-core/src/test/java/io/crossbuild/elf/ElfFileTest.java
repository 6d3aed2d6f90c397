// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.MalformedInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ElfFileTest {
    static Stream<Arguments> layouts() {
        return Stream.of(ElfClass.values())
                .flatMap(c ->
                        Stream.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN).map(o -> Arguments.of(c, o)));
    }

    private static ElfFile read(byte[] bytes) throws IOException, CrossbuildException {
        return ElfFile.read(new ByteContent(bytes), "file");
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void everyFactIsReadInEachLayout(ElfClass elfClass, ByteOrder order) throws Exception {
        ElfFile file = read(new ElfWriter(elfClass, order)
                .machine(ElfMachine.PPC64)
                .flags(0x12345678)
                .program("/lib/ld.so")
                .needs("libb.so", "liba.so")
                .auxiliary("libaux.so")
                .filter("libfilter.so")
                .soname("libself.so.1")
                .rpath("$ORIGIN/r")
                .runpath("")
                .audit("libaudit.so")
                .needsVersion("liba.so", "V1", "V2?")
                .needsVersion("libb.so", "W1")
                .definesVersion("libself.so.1", "S1", "S2")
                .needsIsa(5)
                .dlopenNote("[{\"soname\":[\"libx.so\"]}]")
                .bytes());
        assertThat(file.header().elfClass()).isEqualTo(elfClass);
        assertThat(file.header().byteOrder()).isEqualTo(order);
        assertThat(file.header().machine()).isEqualTo(ElfMachine.PPC64);
        assertThat(file.header().flags()).isEqualTo(0x12345678);
        assertThat(file.interpreter()).isEqualTo("/lib/ld.so");
        assertThat(file.isProgram()).isTrue();
        assertThat(file.loadable()).isTrue();
        assertThat(file.x86IsaNeeded()).isEqualTo(5);
        assertThat(file.dlopenNotes()).containsExactly("[{\"soname\":[\"libx.so\"]}]");
        assertThat(file.dynamic())
                .isEqualTo(new DynamicSection(
                        List.of(
                                new NeededLibrary(NeededLibrary.Kind.NEEDED, "libb.so"),
                                new NeededLibrary(NeededLibrary.Kind.NEEDED, "liba.so"),
                                new NeededLibrary(NeededLibrary.Kind.AUXILIARY, "libaux.so"),
                                new NeededLibrary(NeededLibrary.Kind.FILTER, "libfilter.so")),
                        "libself.so.1",
                        "$ORIGIN/r",
                        "",
                        DynamicSection.FLAG_1_PIE,
                        false,
                        "libaudit.so",
                        null,
                        List.of(
                                new VersionNeed(
                                        "liba.so",
                                        List.of(
                                                new VersionNeed.Version("V1", false),
                                                new VersionNeed.Version("V2", true))),
                                new VersionNeed("libb.so", List.of(new VersionNeed.Version("W1", false)))),
                        Set.of("libself.so.1", "S1", "S2")));
    }

    @Test
    void aLibraryWithoutVersionsIsDistinguishedFromOneWithNone() throws Exception {
        assertThat(dynamic(ElfWriter.amd64()).definedVersions()).isNull();
        assertThat(dynamic(ElfWriter.amd64().definesVersion("V")).definedVersions())
                .containsExactly("V");
    }

    private static DynamicSection dynamic(ElfWriter writer) throws Exception {
        return dynamic(writer.bytes());
    }

    private static DynamicSection dynamic(byte[] file) throws Exception {
        return Objects.requireNonNull(read(file).dynamic());
    }

    @Test
    void marksOfTheAbiAreRead() throws Exception {
        ElfFile plain =
                read(ElfWriter.amd64().abiTag(0, 3, 2, 0).mipsFloatAbi(5).bytes());
        assertThat(plain.otherSystem()).isZero();
        // On other machines the number of the segment has a different meaning.
        assertThat(plain.mipsAbiFlags()).isNull();
        assertThat(read(ElfWriter.amd64().abiTag(2, 1, 0, 0).abiTag(0, 1, 0, 0).bytes())
                        .otherSystem())
                .isEqualTo(2);
        assertThat(read(mips().mipsFloatAbi(5).bytes()).mipsAbiFlags()).isEqualTo(new MipsAbiFlags(true, 5, 0));
        assertThat(read(mips().mipsAbiFlags(5, 7, 24).bytes()).mipsAbiFlags()).isEqualTo(new MipsAbiFlags(true, 5, 7));
        assertThat(read(mips().mipsAbiFlags(5, 7, 23).bytes()).mipsAbiFlags()).isEqualTo(new MipsAbiFlags(false, 0, 0));
    }

    private static ElfWriter mips() {
        return new ElfWriter(ElfClass.ELF32, ByteOrder.BIG_ENDIAN).machine(ElfMachine.MIPS);
    }

    @Test
    void anInterpreterAloneMakesNoProgram() throws Exception {
        // libc.so.6 has one.
        assertThat(read(ElfWriter.amd64().interpreter("/lib/ld.so").bytes()).isProgram())
                .isFalse();
        assertThat(read(ElfWriter.amd64().interpreter("/lib/ld.so").tag(21, 0).bytes())
                        .isProgram())
                .isTrue();
        assertThat(read(ElfWriter.amd64()
                                .type(ElfHeader.TYPE_EXECUTABLE)
                                .withoutDynamicSection()
                                .bytes())
                        .isProgram())
                .isTrue();
    }

    @Test
    void theLastOfRepeatedTagsCounts() throws Exception {
        assertThat(dynamic(ElfWriter.amd64().soname("one").soname("two")).soname())
                .isEqualTo("two");
    }

    @Test
    void aStringAcrossAWindowIsReadWhole() throws Exception {
        String path = "/long".repeat(2000);
        assertThat(dynamic(ElfWriter.amd64().rpath(path)).rpath()).isEqualTo(path);
    }

    @Test
    void namesThatAreNotUtf8Survive() throws Exception {
        byte[] file = ElfWriter.amd64().soname("libQ.so").bytes();
        for (int i = 0; i < file.length; i++) {
            if (file[i] == 'Q') {
                file[i] = (byte) 0xE9;
            }
        }
        assertThat(dynamic(file).soname()).isEqualTo("lib\uDCE9.so");
    }

    @Test
    void aFileThatIsNotElfIsAnError() {
        assertThatThrownBy(() -> read("#!/bin/sh".getBytes(StandardCharsets.US_ASCII)))
                .isInstanceOf(MalformedInputException.class)
                .hasMessage("Malformed 'file' at byte 0: no ELF magic number (expected 7f 45 4c 46)");
    }

    @Test
    void aTruncatedFileIsAnErrorAtEveryLength() throws Exception {
        byte[] whole =
                ElfWriter.amd64().needs("liba.so").needsVersion("liba.so", "V").bytes();
        // The value of the tag that ends the dynamic section is ignored.
        for (int length = 0; length < whole.length - 8; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> read(part)).isInstanceOf(MalformedInputException.class);
        }
    }

    @Test
    void aTableThatChainsToItselfEnds() throws Exception {
        byte[] file = ElfWriter.amd64().needsVersion("liba.so", "V").bytes();
        ByteBuffer data = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i + 16 <= file.length; i += 4) {
            if (data.getShort(i) == 1 && data.getShort(i + 2) == 1 && data.getInt(i + 8) == 16) {
                data.putInt(i + 8, 0).putInt(i + 12, 0);
                data.putInt(i + 12, 1);
            }
        }
        assertThatThrownBy(() -> read(file)).isInstanceOf(MalformedInputException.class);
    }

    @Test
    void manyProgramHeadersAreRefusedBeforeTheyAreRead() {
        byte[] file = ElfWriter.amd64().bytes();
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putShort(56, (short) 0xFFFF);
        assertThatThrownBy(() -> read(file)).hasMessageContaining("65535 program headers (expected at most 1170)");
    }

    @Test
    void stringsOfAllEntriesTogetherAreBounded() {
        ElfWriter writer = ElfWriter.amd64();
        for (int i = 0; i < 100; i++) {
            writer.needs(i + "/x".repeat(32_000));
        }
        assertThatThrownBy(() -> read(writer.bytes())).hasMessageContaining("strings of more than 4194304 bytes");
    }

    @Test
    void aPropertyInANoteOfAnotherAlignmentIsPassedOver() throws Exception {
        byte[] property = ByteBuffer.allocate(16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0xc0008002)
                .putInt(4)
                .putInt(8)
                .array();
        byte[] file = ElfWriter.amd64().note("GNU", 5, property).bytes();
        assertThat(read(file).x86IsaNeeded()).isEqualTo(8);
        ByteBuffer data = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < data.getShort(56); i++) {
            int at = 64 + 56 * i;
            if (data.getInt(at) == 4) {
                data.putLong(at + 48, 4);
            }
        }
        assertThat(read(file).x86IsaNeeded()).isZero();
    }
}
