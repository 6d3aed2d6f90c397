// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.elf.ByteContent;
import io.crossbuild.elf.ElfClass;
import io.crossbuild.elf.ElfHeader;
import io.crossbuild.elf.ElfMachine;
import io.crossbuild.elf.ElfWriter;
import java.io.ByteArrayOutputStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoaderFactsTest {
    private static ElfHeader header(ElfClass elfClass, ByteOrder order, int machine, int flags) throws Exception {
        byte[] file =
                new ElfWriter(elfClass, order).machine(machine).flags(flags).bytes();
        return ElfHeader.read(new ByteContent(file), "file");
    }

    private static ElfHeader amd64() throws Exception {
        return header(ElfClass.ELF64, ByteOrder.LITTLE_ENDIAN, ElfMachine.X86_64, 0);
    }

    /** Strings as in a loader, among bytes that are not strings. */
    private static byte[] content(String... strings) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String s : strings) {
            out.writeBytes(new byte[] {(byte) 0xC3, 0x1F, 0});
            out.writeBytes((s + "\0").getBytes(StandardCharsets.UTF_8));
        }
        return out.toByteArray();
    }

    @Test
    void aLoaderOfDebian() throws Exception {
        LoaderFacts facts = LoaderFactsReader.read(
                amd64(),
                content(
                        "/lib/x86_64-linux-gnu/\0/usr/lib/x86_64-linux-gnu/\0/lib/\0/usr/lib/",
                        "/var/tmp",
                        "lib/x86_64-linux-gnu",
                        "/etc/ld.so.cache",
                        "/etc/ld.so.preload",
                        "x86-64-v4:x86-64-v3:x86-64-v2",
                        "x86-64-v3",
                        "ld.so (Debian GLIBC 2.36-9+deb12u14) stable release version 2.36.\nCopyright"));
        assertThat(facts)
                .isEqualTo(new LoaderFacts(
                        List.of("/lib/x86_64-linux-gnu/", "/usr/lib/x86_64-linux-gnu/", "/lib/", "/usr/lib/"),
                        "lib/x86_64-linux-gnu",
                        "/etc/ld.so.cache",
                        null,
                        "/etc/ld.so.preload",
                        List.of("x86-64-v4", "x86-64-v3", "x86-64-v2"),
                        36));
        assertThat(facts.hasLegacySubdirectories()).isTrue();
        assertThat(facts.hasNamedSubdirectories()).isTrue();
    }

    @Test
    void aLoaderOfFedora() throws Exception {
        LoaderFacts facts = LoaderFactsReader.read(
                amd64(),
                content(
                        "/lib64/\0/usr/lib64/",
                        "lib64",
                        "/etc/ld.so.cache",
                        "ld.so (GNU libc) stable release version 2.41."));
        assertThat(facts.systemDirectories()).containsExactly("/lib64/", "/usr/lib64/");
        assertThat(facts.lib()).isEqualTo("lib64");
        assertThat(facts.hasLegacySubdirectories()).isFalse();
    }

    @Test
    void aLoaderOfNix() throws Exception {
        String store = "/nix/store/9y8pmvk8gdwwznmkzxa6pwyah52xy3nk-glibc-2.40-66";
        LoaderFacts facts = LoaderFactsReader.read(
                amd64(),
                content(
                        store + "/lib/",
                        "lib",
                        store + "/etc/ld.so.cache",
                        "ld.so (GNU libc) stable release version 2.40."));
        assertThat(facts.systemDirectories()).containsExactly(store + "/lib/");
        assertThat(facts.lib()).isEqualTo("lib");
        assertThat(facts.cachePath()).isEqualTo(store + "/etc/ld.so.cache");
    }

    @Test
    void aLoaderOfGuixHasACacheForEachItemOfTheStore() throws Exception {
        LoaderFacts facts = LoaderFactsReader.read(
                amd64(),
                content(
                        "/gnu/store/ln6hxqjvz6m9gdd9s97pivlqck7hzs99-glibc-2.39/lib/",
                        "lib",
                        "/ld.so cache is lacking",
                        "/gnu/store",
                        "/etc/ld.so.cache",
                        "ld.so (GNU libc) stable release version 2.39."));
        assertThat(facts.forProgramIn("/gnu/store/abc-git-2.46/bin").cachePath())
                .isEqualTo("/gnu/store/abc-git-2.46/etc/ld.so.cache");
        assertThat(facts.forProgramIn("/gnu/store/abc-git-2.46/libexec/git-core")
                        .cachePath())
                .isEqualTo("/gnu/store/abc-git-2.46/etc/ld.so.cache");
        assertThat(facts.forProgramIn("/gnu/store/git").cachePath()).isNull();
        assertThat(facts.forProgramIn("/usr/bin").cachePath()).isNull();
        assertThat(facts.forProgramIn(null).cachePath()).isNull();
    }

    @Test
    void aLoaderThatDoesNotTellItsVersionIsOlderThanThoseThatDo() throws Exception {
        LoaderFacts facts = LoaderFactsReader.read(
                amd64(), content("/lib/x86_64-linux-gnu/\0/usr/lib/x86_64-linux-gnu/\0/lib/\0/usr/lib/"));
        assertThat(facts.hasNamedSubdirectories()).isFalse();
        assertThat(facts.hasLegacySubdirectories()).isTrue();
        assertThat(facts.lib()).isEqualTo("lib/x86_64-linux-gnu");
    }

    @Test
    void bytesThatSayNothingGiveTheDefaults() throws Exception {
        byte[] noise = new byte[200_000];
        new Random(1).nextBytes(noise);
        assertThat(LoaderFactsReader.read(amd64(), noise).systemDirectories())
                .containsExactly("/lib64/", "/usr/lib64/");
    }

    @ParameterizedTest
    @CsvSource({
        "ELF64, 62, 0, /lib64/, lib64",
        "ELF32, 62, 0, /libx32/, libx32",
        "ELF32, 3, 0, /lib/, lib",
        "ELF64, 183, 0, /lib64/, lib64",
        "ELF32, 40, 0, /lib/, lib",
        "ELF64, 243, 5, /lib64/lp64d/, lib64/lp64d",
        "ELF64, 243, 1, /lib64/lp64/, lib64/lp64",
        "ELF64, 22, 0, /lib64/, lib64",
        "ELF64, 8, 0, /lib64/, lib64",
        "ELF32, 8, 32, /lib32/, lib32",
        "ELF32, 8, 0, /lib/, lib"
    })
    void theDefaultsOfTheBuild(ElfClass elfClass, int machine, int flags, String directory, String lib)
            throws Exception {
        LoaderFacts facts = LoaderFactsReader.defaults(header(elfClass, ByteOrder.LITTLE_ENDIAN, machine, flags));
        assertThat(facts.systemDirectories()).containsExactly(directory, "/usr" + directory);
        assertThat(facts.lib()).isEqualTo(lib);
    }

    @ParameterizedTest
    @CsvSource({
        "ELF64, false, 62, 0, x86_64",
        "ELF32, false, 62, 0, x32",
        "ELF64, true, 183, 0, aarch64_be",
        "ELF32, false, 40, 1024, armhf",
        "ELF32, true, 40, 0, armeb",
        "ELF32, false, 8, 0, mipsel",
        "ELF64, true, 8, 0, mips64",
        "ELF64, false, 21, 2, powerpc64le",
        "ELF64, false, 243, 5, riscv64",
        "ELF64, false, 243, 1, riscv64-sf",
        "ELF64, true, 22, 0, s390x",
        "ELF64, false, 258, 3, loongarch64"
    })
    void theNamesOfMuslsArchitectures(ElfClass elfClass, boolean big, int machine, int flags, String name)
            throws Exception {
        ByteOrder order = big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        assertThat(MuslFacts.architecture(header(elfClass, order, machine, flags)))
                .isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource({
        "/lib/ld-musl-x86_64.so.1, /etc/ld-musl-x86_64.path",
        "/usr/local/musl/lib/ld-musl-x86_64.so.1, /usr/local/musl/etc/ld-musl-x86_64.path",
        "/ld-musl-armhf.so.1, /etc/ld-musl-armhf.path"
    })
    void theListOfDirectoriesLiesBelowTheLoadersPrefix(String loader, String list) throws Exception {
        assertThat(MuslFacts.pathFile(loader, amd64())).isEqualTo(list);
    }
}
