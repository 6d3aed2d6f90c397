// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.appliance;

import io.crossbuild.closure.Closure;
import io.crossbuild.closure.OpenedFile;
import io.crossbuild.debian.BinaryPackage;
import io.crossbuild.debian.DebianArchive;
import io.crossbuild.debian.DependencySolver;
import io.crossbuild.debian.PackageIndex;
import io.crossbuild.debian.PackageTree;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.io.Sha256;
import io.crossbuild.ldso.ClosureResolver;
import io.crossbuild.ldso.LoaderOptions;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.TreeFiles;
import io.crossbuild.tree.TreePaths;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes an appliance from packages, without running anything in them. */
final class ApplianceBuilder {
    private static final int MAX_FILE_BYTES = 64 << 20;
    private static final long MAX_CONTENT_BYTES = 128L << 20;

    private final DebianArchive archive;
    private final BinaryPackage kernel;
    private final List<BinaryPackage> userSpace;

    private ApplianceBuilder(DebianArchive archive, BinaryPackage kernel, List<BinaryPackage> userSpace) {
        this.archive = archive;
        this.kernel = kernel;
        this.userSpace = userSpace;
    }

    /** Chooses the packages from the archive's index. */
    static ApplianceBuilder of(DebianArchive archive) throws CrossbuildException, IOException, InterruptedException {
        PackageIndex index = archive.index();
        String meta = ApplianceRecipe.kernelPackage(archive.architecture());
        // Only the kernel itself: its package depends on tools for a different kind of initramfs.
        String name = find(index, meta).needs().stream()
                .flatMap(dependency -> dependency.alternatives().stream())
                .map(relation -> relation.name())
                .filter(candidate -> candidate.startsWith("linux-image-"))
                .findFirst()
                .orElseThrow(() -> new CrossbuildException(
                        "Cannot make an appliance: package '" + meta + "' names no kernel (expected linux-image-...)"));
        return new ApplianceBuilder(
                archive, find(index, name), DependencySolver.solve(index, ApplianceRecipe.PACKAGES));
    }

    private static BinaryPackage find(PackageIndex index, String name) throws CrossbuildException {
        return index.find(name)
                .orElseThrow(() -> new CrossbuildException(
                        "Cannot make an appliance: package '" + name + "' is not in the archive",
                        AdviceKey.CHECK_MIRROR_SUITE.advice("suite", ApplianceRecipe.SUITE)));
    }

    /** A digest of the packages. */
    Sha256 digest() {
        StringBuilder all = new StringBuilder(kernel.digest().hex());
        userSpace.forEach(p -> all.append(p.digest().hex()));
        return Sha256.of(all.toString().getBytes(StandardCharsets.US_ASCII));
    }

    /** Writes the appliance's files into a directory. */
    void write(Path directory) throws CrossbuildException, IOException, InterruptedException {
        List<BinaryPackage> all = new ArrayList<>(userSpace);
        all.add(kernel);
        Map<BinaryPackage, Path> files = archive.fetch(all);
        Map<String, byte[]> modules;
        try (FileTree tree = PackageTree.of(
                List.of(files.get(kernel)), entry -> isWantedOfKernel(entry.path()), MAX_CONTENT_BYTES)) {
            String version = kernel.name().substring("linux-image-".length());
            writeKernel(TreeFiles.read(tree, "/boot/vmlinuz-" + version, MAX_FILE_BYTES), directory);
            modules = KernelModules.open(tree, modulesDirectory(tree, version)).inLoadOrder(ApplianceRecipe.MODULES);
        }
        Collection<Path> debs = userSpace.stream().map(files::get).toList();
        Path initramfs = directory.resolve(Appliance.INITRAMFS_FILE);
        try (FileTree tree = PackageTree.of(debs, entry -> isWantedOfUserSpace(entry.path()), MAX_CONTENT_BYTES);
                InitramfsWriter out =
                        new InitramfsWriter(new BufferedOutputStream(Files.newOutputStream(initramfs), 1 << 16))) {
            writeSkeleton(out);
            writePrograms(tree, out);
            writeModules(modules, out);
        }
    }

    private static void writeKernel(byte[] image, Path directory) throws IOException, CrossbuildException {
        Files.write(directory.resolve(Appliance.KERNEL_FILE), image);
        Optional<ByteBuffer> unpacked = KernelImage.unpack(image);
        if (unpacked.isPresent()) {
            KernelImage.write(unpacked.get(), directory.resolve(Appliance.UNPACKED_KERNEL_FILE));
        }
    }

    private static boolean isWantedOfKernel(String path) {
        return path.startsWith("/boot/vmlinuz") || path.contains("/lib/modules/") || path.startsWith("/lib/modules/");
    }

    private static boolean isWantedOfUserSpace(String path) {
        return !path.startsWith("/usr/share/");
    }

    private static String modulesDirectory(FileTree tree, String version) throws IOException, CrossbuildException {
        for (String parent : List.of("/usr/lib/modules/", "/lib/modules/")) {
            if (TreePaths.find(tree, parent + version).isPresent()) {
                return parent + version;
            }
        }
        throw new CrossbuildException(
                "Cannot make an appliance: the kernel package has no modules of '" + version + "'");
    }

    private static void writeSkeleton(InitramfsWriter out) throws IOException {
        for (String link : List.of("bin", "sbin", "lib", "lib64")) {
            out.directory("/usr/" + link);
            out.symlink("/" + link, "usr/" + link);
        }
        for (String directory : List.of("/dev", "/proc", "/sys", "/run", "/tmp", "/mnt", "/root", "/etc")) {
            out.directory(directory);
        }
        out.file("/etc/passwd", 0644, "root:x:0:0:root:/root:/bin/sh\n".getBytes(StandardCharsets.US_ASCII));
        out.file("/etc/group", 0644, "root:x:0:\ntty:x:5:\n".getBytes(StandardCharsets.US_ASCII));
        out.file("/etc/shells", 0644, "/bin/sh\n".getBytes(StandardCharsets.US_ASCII));
        for (Map.Entry<String, byte[]> script : ApplianceRecipe.scripts().entrySet()) {
            String path = script.getKey().equals("init") ? "/init" : "/crossbuild/" + script.getKey();
            out.file(path, 0755, script.getValue());
        }
    }

    /** Each program with its closure. Since /lib is /usr/lib here too, every file goes to its real path. */
    private static void writePrograms(FileTree tree, InitramfsWriter out) throws IOException, CrossbuildException {
        ClosureResolver resolver = new ClosureResolver(tree, LoaderOptions.defaults());
        for (String program : ApplianceRecipe.PROGRAMS) {
            Closure closure = resolver.resolve(program, List.of());
            if (!closure.missing().isEmpty()) {
                throw new CrossbuildException("Cannot make an appliance: '" + program + "' needs '"
                        + closure.missing().get(0).name() + "', which none of its packages contains");
            }
            for (OpenedFile file : closure.files()) {
                for (String link : file.links()) {
                    copyLink(tree, link, out);
                }
                out.file(
                        merged(file.canonicalPath()), 0755, TreeFiles.read(tree, file.canonicalPath(), MAX_FILE_BYTES));
            }
        }
    }

    private static void copyLink(FileTree tree, String path, InitramfsWriter out)
            throws IOException, CrossbuildException {
        if (TreePaths.resolveNoFollow(tree, path) instanceof TreePaths.Found found
                && found.node().isSymlink()
                && !merged(path).equals("/usr" + path + "/")) {
            FileNode link = found.node();
            out.symlink(merged(path), tree.linkTarget(link));
        }
    }

    /** The path below /usr for a path in one of the directories that are links into /usr. */
    private static String merged(String path) {
        return path.matches("/(bin|sbin|lib|lib64)/.*") ? "/usr" + path : path;
    }

    private static void writeModules(Map<String, byte[]> modules, InitramfsWriter out) throws IOException {
        for (Map.Entry<String, byte[]> module : modules.entrySet()) {
            out.file("/usr/lib/modules/" + module.getKey() + ".ko", 0644, module.getValue());
        }
        String order = modules.isEmpty() ? "" : String.join("\n", modules.keySet()) + "\n";
        out.file("/usr/lib/modules/order", 0644, order.getBytes(StandardCharsets.US_ASCII));
    }
}
