// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.PretendedHost;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
public class PatientFilesTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(100);
    private static final Path FILE = Path.of("file");

    @TempDir
    Path real;

    private RefusingFileSystem scanned;
    private Path dir;

    @BeforeEach
    void open() {
        scanned = new RefusingFileSystem(real, 3);
        dir = scanned.path(real);
    }

    @Test
    void onWindowsAFileThatAScannerHoldsIsMovedAndDeletedALittleLater() throws Exception {
        try (PretendedHost windows = PretendedHost.of(HostOs.WINDOWS)) {
            Path file = Files.writeString(dir.resolve("a"), "a");
            PatientFiles.move(file, dir.resolve("b"), StandardCopyOption.ATOMIC_MOVE);
            assertThat(real.resolve("b")).as("%s", windows).hasContent("a");
            PatientFiles.delete(dir.resolve("b"));
            Files.writeString(dir.resolve("c"), "c");
            PatientFiles.deleteIfExists(dir.resolve("c"));
            PatientFiles.deleteIfExists(dir.resolve("c"));
            assertThat(real).isEmptyDirectory();
            assertThat(scanned.refused()).isEqualTo(9);
        }
    }

    @Test
    void onWindowsAWholeTreeIsDeletedALittleLater() throws Exception {
        Files.writeString(Files.createDirectories(dir.resolve("tree/deep")).resolve("f"), "f");
        Files.writeString(dir.resolve("tree/g"), "g");
        try (PretendedHost windows = PretendedHost.of(HostOs.WINDOWS)) {
            RecursiveDelete.delete(dir.resolve("tree"));
            assertThat(real).as("%s", windows).isEmptyDirectory();
        }
    }

    @Test
    void elsewhereARefusalIsFinal() throws Exception {
        try (PretendedHost mac = PretendedHost.of(HostOs.MACOS)) {
            Path file = Files.writeString(dir.resolve("a"), "a");
            assertThatThrownBy(() -> PatientFiles.delete(file)).as("%s", mac).isInstanceOf(AccessDeniedException.class);
        }
        assertThat(scanned.refused()).isOne();
    }

    @Test
    void whatStaysHeldIsReportedWithTheReasonAndTheTime() {
        AtomicInteger tries = new AtomicInteger();
        assertThatThrownBy(() -> new PatientFiles(HostOs.WINDOWS, SHORT).change(FILE, null, false, () -> {
                    tries.incrementAndGet();
                    throw new AccessDeniedException("file");
                }))
                .isInstanceOf(HeldFileException.class)
                .hasMessage("file: another program has it open, or there is no permission (tried for 0 s)")
                .hasCauseInstanceOf(AccessDeniedException.class);
        assertThat(tries.get()).isGreaterThan(3);
        assertThat(DiskTrouble.reason(
                        new HeldFileException(FILE, null, Duration.ofSeconds(10), new AccessDeniedException("file"))))
                .isEqualTo("'file': another program has it open, or there is no permission (tried for 10 s)");
    }

    @Test
    void whatTimeDoesNotChangeIsNotTriedAgain() throws Exception {
        Path directory = Files.createDirectory(real.resolve("there"));
        assertIsFinal(null, new NoSuchFileException("file"));
        assertIsFinal(null, new DirectoryNotEmptyException("file"));
        assertIsFinal(null, new FileSystemException("file", null, "There is not enough space on the disk"));
        // Windows denies access to a directory that is in the way.
        assertIsFinal(directory, new AccessDeniedException("file"));
    }

    /** Fails as the last attempt does. */
    public static void giveUpOn(Path path) throws IOException {
        new PatientFiles(HostOs.WINDOWS, Duration.ZERO).change(path, null, false, () -> {
            throw new AccessDeniedException(path.toString());
        });
    }

    private static void assertIsFinal(@Nullable Path to, IOException failure) {
        AtomicInteger tries = new AtomicInteger();
        assertThatThrownBy(() -> new PatientFiles(HostOs.WINDOWS, LONG).change(FILE, to, false, () -> {
                    tries.incrementAndGet();
                    throw failure;
                }))
                .isSameAs(failure);
        assertThat(tries.get()).isOne();
    }

    @Test
    void anInterruptEndsTheWait() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> new PatientFiles(HostOs.WINDOWS, LONG).change(FILE, null, false, () -> {
                    throw new AccessDeniedException("file");
                }))
                .isInstanceOf(AccessDeniedException.class);
        assertThat(Thread.interrupted()).isTrue();
    }
}
