// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.appliance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelImageTest {
    private static final int NOTES = 200;

    @TempDir
    Path directory;

    @Test
    void theKernelOfAnImageIsTakenOut() throws Exception {
        byte[] kernel = kernel("Xen\0", 18);
        assertThat(KernelImage.unpack(image(kernel, kernel.length))).hasValue(ByteBuffer.wrap(kernel));
    }

    @Test
    void aWindowAsLargeAsKernelsHaveIsNoObstacle() throws Exception {
        byte[] kernel = kernel("Xen\0", 18);
        // 128 MiB
        byte[] image = changed(image(kernel, kernel.length), 1024 + 16 + 5, 17 << 3);
        assertThat(KernelImage.unpack(image)).hasValue(ByteBuffer.wrap(kernel));
    }

    @Test
    void aKernelThatOnlyItsImageCanStartStaysInIt() throws Exception {
        byte[] otherType = kernel("Xen\0", 17);
        byte[] otherOwner = kernel("GNU\0", 18);
        assertThat(KernelImage.unpack(image(otherType, otherType.length))).isEmpty();
        assertThat(KernelImage.unpack(image(otherOwner, otherOwner.length))).isEmpty();
    }

    @Test
    void anImageOfAnotherFormIsLeftAlone() throws Exception {
        byte[] kernel = kernel("Xen\0", 18);
        byte[] image = image(kernel, kernel.length);
        assertThat(KernelImage.unpack(changed(image, 0x202, 0))).as("no header").isEmpty();
        assertThat(KernelImage.unpack(changed(image, 0x206, 7)))
                .as("an old header")
                .isEmpty();
        assertThat(KernelImage.unpack(changed(image, 1024 + 16, 0)))
                .as("not Zstandard")
                .isEmpty();
        assertThat(KernelImage.unpack(changed(image, 0x24F, 0x7F)))
                .as("a payload beyond the end")
                .isEmpty();
        assertThat(KernelImage.unpack(changed(image, 1024 + 16 + 6, 0xFF)))
                .as("a broken frame")
                .isEmpty();
        assertThat(KernelImage.unpack(image(kernel, -1)))
                .as("an impossible size")
                .isEmpty();
        assertThat(KernelImage.unpack(Arrays.copyOf(image, 100))).isEmpty();
    }

    @Test
    void offsetsThatLeadOutOfTheKernelAreNotFollowed() throws Exception {
        byte[] kernel = kernel("Xen\0", 18);
        for (int field : new int[] {1, 4, 32 + 7, 56 + 1, 64 + 8 + 7, 64 + 32 + 6, NOTES, NOTES + 3, NOTES + 7}) {
            byte[] changed = changed(kernel, field, 0x7F);
            assertThat(KernelImage.unpack(image(changed, changed.length)))
                    .as("byte " + field)
                    .isEmpty();
        }
    }

    @Test
    void aKernelIsWrittenAsItIs() throws Exception {
        byte[] kernel = new byte[1_000_000];
        Arrays.fill(kernel, 300_000, 300_010, (byte) 1);
        Path file = directory.resolve("vmlinux");
        KernelImage.write(ByteBuffer.wrap(kernel), file);
        assertThat(Files.readAllBytes(file)).isEqualTo(kernel);
    }

    private static byte[] changed(byte[] bytes, int at, int value) {
        byte[] changed = bytes.clone();
        changed[at] = (byte) value;
        return changed;
    }

    /** An ELF file with nothing but notes: one of another sort, and one that names an entry. */
    private static byte[] kernel(String owner, int type) {
        ByteBuffer elf = ByteBuffer.allocate(NOTES + 40).order(ByteOrder.LITTLE_ENDIAN);
        elf.putInt(0, 0x464C457F).put(4, (byte) 2).put(5, (byte) 1);
        elf.putLong(32, 64).putShort(54, (short) 56).putShort(56, (short) 1);
        elf.putInt(64, 4).putLong(64 + 8, NOTES).putLong(64 + 32, 40);
        elf.position(NOTES);
        elf.putInt(4)
                .putInt(3)
                .putInt(1)
                .put("Xen\0".getBytes(StandardCharsets.US_ASCII))
                .putInt(0);
        elf.putInt(4)
                .putInt(4)
                .putInt(type)
                .put(owner.getBytes(StandardCharsets.US_ASCII))
                .putInt(0x1000);
        return elf.array();
    }

    /** An image with one sector of setup after the first, and 16 bytes before its payload. */
    private static byte[] image(byte[] kernel, int size) {
        ByteBuffer payload = ByteBuffer.allocate(kernel.length + 13).order(ByteOrder.LITTLE_ENDIAN);
        // One block that is not compressed, in a frame that says no size.
        payload.putInt(0xFD2FB528).put((byte) 0).put((byte) 0);
        payload.put((byte) (1 | kernel.length << 3))
                .put((byte) (kernel.length >> 5))
                .put((byte) 0);
        payload.put(kernel).putInt(size);
        ByteBuffer header = ByteBuffer.allocate(1024 + 16).order(ByteOrder.LITTLE_ENDIAN);
        header.put(0x1F1, (byte) 1).putInt(0x202, 0x53726448).putShort(0x206, (short) 0x20F);
        header.putInt(0x248, 16).putInt(0x24C, payload.capacity());
        ByteArrayOutputStream image = new ByteArrayOutputStream();
        image.writeBytes(header.array());
        image.writeBytes(payload.array());
        return image.toByteArray();
    }
}
