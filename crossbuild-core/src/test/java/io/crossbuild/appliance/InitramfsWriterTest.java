// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.appliance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.cpio.CpioArchiveEntry;
import org.apache.commons.compress.archivers.cpio.CpioArchiveInputStream;
import org.junit.jupiter.api.Test;

class InitramfsWriterTest {
    @Test
    void directoriesComeBeforeWhatIsInThemAndNothingTwice() throws Exception {
        byte[] archive = archive();

        List<String> names = new ArrayList<>();
        try (CpioArchiveInputStream in = new CpioArchiveInputStream(new ByteArrayInputStream(archive))) {
            for (CpioArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                names.add(entry.getName() + " " + Long.toOctalString(entry.getMode()) + " " + entry.getSize());
            }
        }
        assertThat(names).containsExactly("usr 40755 0", "usr/bin 40755 0", "usr/bin/tool 100755 3", "bin 120777 7");
    }

    @Test
    void theSameContentGivesTheSameBytes() throws Exception {
        assertThat(archive()).isEqualTo(archive());
    }

    @Test
    void theRecipeNamesScriptsThatAreThere() throws Exception {
        assertThat(ApplianceRecipe.scripts())
                .containsKeys("init", "environment-bash", "configure")
                .allSatisfy((name, content) -> assertThat(content).isNotEmpty());
        assertThat(ApplianceRecipe.digest()).isEqualTo(ApplianceRecipe.digest());
    }

    private static byte[] archive() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (InitramfsWriter out = new InitramfsWriter(bytes)) {
            out.file("/usr/bin/tool", 0755, new byte[] {1, 2, 3});
            out.file("/usr/bin/tool", 0644, new byte[0]);
            out.directory("/usr/bin");
            out.symlink("/bin", "usr/bin");
        }
        return bytes.toByteArray();
    }
}
