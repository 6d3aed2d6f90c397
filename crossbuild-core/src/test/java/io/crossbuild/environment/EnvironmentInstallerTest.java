// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.crossbuild.arch.Architecture;
import io.crossbuild.debian.DebianArchive;
import io.crossbuild.debian.TestArchive;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.HostDiskException;
import io.crossbuild.error.HostRequirementException;
import io.crossbuild.error.VirtualMachineException;
import io.crossbuild.guest.MemoryGuests;
import io.crossbuild.guest.Story;
import io.crossbuild.io.FullFileSystem;
import io.crossbuild.io.PathLock;
import io.crossbuild.spec.EnvironmentSpec;
import io.crossbuild.spec.MachineOptions;
import io.crossbuild.spec.NetworkOptions;
import io.crossbuild.store.BitRot;
import io.crossbuild.store.Store;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Installs from a small archive in a guest in memory. */
@Timeout(60)
class EnvironmentInstallerTest {
    private static final EnvironmentSpec SPEC = new EnvironmentSpec("trixie", Architecture.AMD64, List.of());

    @TempDir
    Path directory;

    private final Story story = new Story();
    private final MemoryGuests guests = new MemoryGuests(story);
    private TestArchive archive;
    private Store store;

    @BeforeEach
    void open() throws Exception {
        archive = new TestArchive();
        store = Store.open(directory.resolve("store"));
        Files.createDirectories(logs());
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        archive.close();
        assertThat(guests.open()).isEmpty();
        for (String name : List.of("builds", "staging")) {
            assertThat(store.home().resolve(name)).isEmptyDirectory();
        }
        try (Stream<Path> files = Files.list(store.home().resolve("locks"))) {
            for (Path file : files.toList()) {
                Optional<PathLock> lock = PathLock.tryAcquire(file);
                assertThat(lock).as("%s", file).isPresent();
                lock.get().close();
            }
        }
    }

    private Path logs() {
        return directory.resolve("logs");
    }

    private Environment installWithUpdates() throws Exception {
        return install(SPEC, archive.openWithUpdates(store, story), logs());
    }

    private Environment install(EnvironmentSpec spec) throws Exception {
        return install(spec, archive.open(store), logs());
    }

    private Environment install(EnvironmentSpec spec, DebianArchive from, Path logs) throws Exception {
        MachineOptions machine = new MachineOptions(
                1 << 30,
                1,
                1L << 30,
                "tcg",
                Duration.ofSeconds(5),
                Duration.ofSeconds(90),
                NetworkOptions.DEFAULTS,
                1 << 28,
                1L << 34);
        return new EnvironmentInstaller(store, guests, story).install(spec, from, machine, logs);
    }

    @Test
    void packagesAreUnpackedHereAndConfiguredInAGuest() throws Exception {
        Environment made = install(SPEC);

        assertThat(story.lines())
                .containsExactly(
                        "began: InstallEnvironment[suite=trixie, architecture=AMD64]",
                        "began: UnpackPackages[count=3]",
                        "ended: UnpackPackages[count=3]",
                        "makeRoot",
                        "began: ConfigurePackages[count=3]",
                        "configurePackages",
                        "printed: Setting up apt",
                        "printed: apt",
                        "printed: Setting up base-files",
                        "printed: base",
                        "printed: Setting up ca-certificates",
                        "printed: ca",
                        "ended: ConfigurePackages[count=3]",
                        "unmountRoot",
                        "end",
                        "ended: InstallEnvironment[suite=trixie, architecture=AMD64]");
        assertThat(made.packageCount()).isEqualTo(3);
        assertThat(made.spec()).isEqualTo(SPEC);
        assertThat(new Environments(store).find(SPEC, story)).contains(made);
        assertThat(logs().resolve("install.log"))
                .hasContent("Setting up apt\napt\nSetting up base-files\nbase\nSetting up ca-certificates\nca\n");
    }

    @Test
    void theDiskHoldsThePackagesAndWhatTheGuestNeeds() throws Exception {
        Path disk = install(SPEC).disk();

        assertThat(MemoryGuests.read(disk, "/etc/debian_version")).isEqualTo("13.1");
        assertThat(MemoryGuests.read(disk, "/usr/bin/apt")).isEqualTo("apt");
        assertThat(MemoryGuests.read(disk, "/etc/resolv.conf")).isEqualTo("nameserver 10.0.2.3\n");
        assertThat(MemoryGuests.read(disk, "/etc/hostname")).isEqualTo("crossbuild\n");
        assertThat(MemoryGuests.read(disk, "/etc/apt/sources.list.d/debian.sources"))
                .contains("URIs: http://10.0.2.2:", "Suites: trixie\n");
        assertThat(MemoryGuests.read(disk, "/var/lib/dpkg/status"))
                .contains("Package: apt\nStatus: install ok unpacked\n");
        assertThat(MemoryGuests.read(disk, "/var/lib/crossbuild/preinst")).isEmpty();
    }

    @Test
    void securityUpdatesAreInstalledAndAptKnowsWhereTheyComeFrom() throws Exception {
        archive.addUpdate("trixie-security", "apt", "1.0+deb13u1", "./usr/bin/apt", "safe");
        archive.addUpdate("trixie-updates", "ca-certificates", "1.1", "./etc/ca.conf", "new");
        Environment plain = install(SPEC);
        Environment made = installWithUpdates();

        assertThat(MemoryGuests.read(made.disk(), "/usr/bin/apt")).isEqualTo("safe");
        assertThat(MemoryGuests.read(made.disk(), "/etc/ca.conf")).isEqualTo("new");
        String sources = MemoryGuests.read(made.disk(), "/etc/apt/sources.list.d/debian.sources");
        assertThat(sources)
                .contains("/debian/\nSuites: trixie\n", "/debian/\nSuites: trixie-updates\n")
                .contains("/debian-security/\nSuites: trixie-security\n");
        String host = sources.lines().findFirst().isPresent()
                ? sources.replaceFirst("(?s).*?URIs: http://([^/]*)/.*", "$1")
                : "";
        assertThat(MemoryGuests.read(
                        made.disk(),
                        "/var/lib/apt/lists/" + host
                                + "_debian-security_dists_trixie-security_main_binary-amd64_Packages"))
                .contains("Package: apt\nVersion: 1.0+deb13u1\n");
        assertThat(made.updates()).containsOnlyKeys("trixie-updates", "trixie-security");
        assertThat(made.key()).isNotEqualTo(plain.key());
        assertThat(made.release()).isNotEqualTo(plain.release());
        assertThat(new Environments(store).list()).contains(made);

        archive.addUpdate("trixie-security", "other", "1.0", "./usr/bin/other", "other");
        assertThat(installWithUpdates().key()).as("the index of updates counts").isNotEqualTo(made.key());
        assertThat(story.lines("warning: ")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"buster", "stretch"})
    void anArchivedReleaseIsInstalledFromItsLastIndexWithOneUsr(String suite) throws Exception {
        archive.close();
        archive = new TestArchive(suite);
        archive.add("old", "./bin/old", "old", "echo old");
        archive.publishAgain();
        Path disk = install(new EnvironmentSpec(suite, Architecture.AMD64, List.of("old")))
                .disk();
        assertThat(MemoryGuests.read(disk, "/usr/bin/old")).isEqualTo("old");
        assertThat(MemoryGuests.read(disk, "/etc/apt/sources.list.d/debian.sources"))
                .contains("Suites: " + suite + "\n");
        assertThat(MemoryGuests.read(disk, "/etc/apt/apt.conf.d/90crossbuild"))
                .contains("Check-Valid-Until \"false\"", "By-Hash \"no\"");
    }

    @Test
    void whatDpkgKeepsOfAPackageIsWrittenAndWhatOnlyItCanUnpackIsLeftToIt() throws Exception {
        archive.addSpecialOnes();
        archive.publishAgain();
        Path disk = install(new EnvironmentSpec("trixie", Architecture.AMD64, List.of("odd", "diverter", "overlap")))
                .disk();

        String dpkg = "/var/lib/dpkg/";
        assertThat(MemoryGuests.read(disk, dpkg + "status"))
                .contains("Package: odd\n", "Conffiles:\n /etc/odd.conf 7dc22b2c6a992f0232345df41303f5ea\n")
                .doesNotContain("Package: diverter", "Package: overlap");
        assertThat(MemoryGuests.read(disk, dpkg + "info/odd.list"))
                .contains("/etc/odd.conf\n", "/usr/share/odd/b\n", "/usr/share/odd/c\n");
        assertThat(MemoryGuests.read(disk, dpkg + "triggers/File")).isEqualTo("/usr/share/odd odd\n");
        assertThat(MemoryGuests.read(disk, dpkg + "triggers/rebuild")).isEqualTo("odd/noawait\n");
        assertThat(MemoryGuests.read(disk, "/usr/bin/apt")).isEqualTo("apt");
        assertThat(MemoryGuests.read(disk, "/usr/bin/other")).isEmpty();
    }

    @Test
    void whatIsThereIsNotMadeAgain() throws Exception {
        Environment made = install(SPEC);
        story.clear();
        assertThat(install(SPEC)).isEqualTo(made);
        assertThat(story.lines())
                .containsExactly(
                        "began: InstallEnvironment[suite=trixie, architecture=AMD64]",
                        "ended: InstallEnvironment[suite=trixie, architecture=AMD64]");
        assertThat(guests.count()).isOne();
    }

    @ParameterizedTest
    @ValueSource(strings = {"disk.qcow2", "environment.json"})
    void anEnvironmentWithAFlippedBitIsNamedAndMadeAgain(String file) throws Exception {
        Environment made = install(SPEC);
        BitRot.flip(made.directory().resolve(file), 40);
        story.clear();

        assertThat(new Environments(store).find(SPEC, story)).isEmpty();
        assertThat(story.lines())
                .singleElement()
                .asString()
                .startsWith("warning: StoreDamaged")
                .contains("'" + made.directory().resolve(file) + "' has digest ");
        assertThat(made.directory()).doesNotExist();
        assertThat(install(SPEC).id()).isNotEqualTo(made.id());
        assertThat(guests.count()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"disk.qcow2", "environment.json"})
    void aTruncatedEnvironmentIsNotInstalledAlready(String file) throws Exception {
        Environment made = install(SPEC);
        BitRot.truncate(made.directory().resolve(file), 100);
        story.clear();

        assertThat(install(SPEC).id()).isNotEqualTo(made.id());
        assertThat(story.lines("warning: "))
                .singleElement()
                .asString()
                .contains("'" + made.directory().resolve(file) + "' has 100 bytes (expected ");
        assertThat(guests.count()).isEqualTo(2);
    }

    @Test
    void anEnvironmentFromBeforeThereWereSealsIsMadeAgain() throws Exception {
        Environment made = install(SPEC);
        Files.delete(made.directory().resolve("seal"));
        assertThat(new Environments(store).find(SPEC, story)).isEmpty();
        assertThat(install(SPEC).id()).isNotEqualTo(made.id());
    }

    @Test
    void otherPackagesAndANewReleaseMakeAnother() throws Exception {
        Environment first = install(SPEC);
        archive.add("tool", "./usr/bin/tool", "t", "echo tool");
        archive.publishAgain();
        Environment newer = install(SPEC);
        Environment larger = install(new EnvironmentSpec("trixie", Architecture.AMD64, List.of("tool")));

        assertThat(Stream.of(first, newer, larger).map(Environment::key)).doesNotHaveDuplicates();
        assertThat(larger.packageCount()).isEqualTo(4);
        assertThat(MemoryGuests.read(larger.disk(), "/usr/bin/tool")).isEqualTo("t");
        assertThat(new Environments(store).list()).hasSize(3);
        assertThat(new Environments(store).remove(SPEC)).hasSize(2);
        assertThat(new Environments(store).find(SPEC, story)).isEmpty();
    }

    @Test
    void aPackageThatIsNotConfiguredEndsTheInstallation() throws Exception {
        archive.add("ca-certificates", "./etc/ca.conf", "ca", "warn broken && exit 5");
        archive.publishAgain();
        CrossbuildException failure = catchThrowableOfType(CrossbuildException.class, () -> install(SPEC));

        assertThat(failure)
                .hasMessageStartingWith(
                        "Configuring the environment's packages failed: dpkg ended with status 5 (expected 0)\n  Setting")
                .hasMessageEndingWith("\n  Setting up ca-certificates\n  broken");
        assertThat(failure.advice()).containsExactly(AdviceKey.FIND_FAILED_PACKAGE.advice());
        assertThat(failure.logFile()).contains(logs().resolve("install.log"));
        assertThat(store.keys(Store.Kind.ENVIRONMENT)).isEmpty();
    }

    @Test
    void theMessageRepeatsTheLastTwentyLines() throws Exception {
        archive.add("ca-certificates", "./etc/ca.conf", "ca", "echo line\n".repeat(30) + "exit 5");
        archive.publishAgain();
        CrossbuildException failure = catchThrowableOfType(CrossbuildException.class, () -> install(SPEC));
        assertThat(String.valueOf(failure.getMessage()).lines()).hasSize(21);
    }

    @Test
    void aConfigurationThatTakesTooLongEndsTheInstallation() throws Exception {
        archive.add("ca-certificates", "./etc/ca.conf", "ca", "sleep");
        archive.publishAgain();
        assertThatThrownBy(() -> install(SPEC))
                .isInstanceOf(CrossbuildException.class)
                .hasMessageStartingWith(
                        "Configuring the environment's packages failed: dpkg did not end within 90 s (expected 0)");
    }

    @Test
    void aFullDiskOfTheHostIsReportedForTheConfiguration() {
        guests.fillHostDiskAt("configurePackages");
        assertThatThrownBy(() -> install(SPEC))
                .isInstanceOf(HostDiskException.class)
                .hasMessage("Configuring the environment's packages failed: No space left on device");
    }

    @Test
    void aLogThatCannotBeWrittenEndsTheInstallation() {
        assertThatThrownBy(() -> install(SPEC, archive.open(store), new FullFileSystem(directory).path(logs())))
                .isInstanceOf(HostRequirementException.class)
                .hasMessageContaining("Cannot write '" + logs().resolve("install.log") + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"boot", "makeRoot", "configurePackages", "unmountRoot", "end"})
    void aMachineThatDiesLeavesNoEnvironment(String call) throws Exception {
        guests.dieAt(call);
        assertThatThrownBy(() -> install(SPEC)).isInstanceOf(VirtualMachineException.class);
        assertThat(store.keys(Store.Kind.ENVIRONMENT)).isEmpty();
        guests.calm();
        assertThat(MemoryGuests.read(install(SPEC).disk(), "/usr/bin/apt")).isEqualTo("apt");
    }

    @ParameterizedTest
    @ValueSource(strings = {"boot", "makeRoot", "configurePackages", "unmountRoot", "end"})
    void anInstallationThatIsCancelledLeavesNoEnvironment(String call) throws Exception {
        MemoryGuests.Held held = guests.holdAt(call);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread thread = new Thread(() -> {
            try {
                install(SPEC);
            } catch (Exception e) {
                thrown.set(e);
            }
        });
        thread.start();
        held.await();
        thread.interrupt();
        thread.join(Duration.ofSeconds(30).toMillis());
        assertThat(thrown.get()).isInstanceOfAny(InterruptedException.class, ClosedByInterruptException.class);
        assertThat(store.keys(Store.Kind.ENVIRONMENT)).isEmpty();
        guests.calm();
        assertThat(MemoryGuests.read(install(SPEC).disk(), "/usr/bin/apt")).isEqualTo("apt");
    }

    @Test
    void oneOfTwoInstallationsMakesItAndTheOtherWaits() throws Exception {
        MemoryGuests.Held held = guests.holdAt("configurePackages");
        CompletableFuture<Environment> first = installAsync();
        held.await();
        CompletableFuture<Environment> second = installAsync();
        story.await("note: WaitingForInstallation[process=OptionalLong["
                + ProcessHandle.current().pid() + "]");
        held.release();

        Environment made = first.get(30, TimeUnit.SECONDS);
        assertThat(second.get(30, TimeUnit.SECONDS)).isEqualTo(made);
        assertThat(guests.count()).isOne();
    }

    private CompletableFuture<Environment> installAsync() {
        CompletableFuture<Environment> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                result.complete(install(SPEC));
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return result;
    }
}
