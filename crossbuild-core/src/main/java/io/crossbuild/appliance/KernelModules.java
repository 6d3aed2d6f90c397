// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.appliance;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.MalformedInputException;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.TreeFiles;
import io.crossbuild.tree.TreePaths;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tukaani.xz.XZInputStream;

/** The loadable modules of an unpacked kernel package. */
final class KernelModules {
    private static final int MAX_MODULE_BYTES = 64 << 20;
    private static final int XZ_MEMORY_KIB = 64 * 1024;
    private static final String SUFFIX = ".ko.xz";

    private final FileTree tree;
    private final Map<String, String> paths = new HashMap<>();
    private final Set<String> builtIn = new HashSet<>();

    private KernelModules(FileTree tree) {
        this.tree = tree;
    }

    /** @param directory such as {@code /usr/lib/modules/6.12.0-cloud-amd64} */
    static KernelModules open(FileTree tree, String directory) throws IOException, CrossbuildException {
        KernelModules modules = new KernelModules(tree);
        modules.collect(directory);
        byte[] list = TreeFiles.read(tree, directory + "/modules.builtin", 1 << 20);
        for (String line : new String(list, StandardCharsets.US_ASCII).split("\n")) {
            modules.builtIn.add(name(TreePaths.name(line)));
        }
        return modules;
    }

    /**
     * The modules with the given names and all modules that they need, each after the ones that it needs; modules built
     * into the kernel are left out.
     *
     * @return the content of each {@code .ko} file by the module's name
     */
    Map<String, byte[]> inLoadOrder(List<String> names) throws IOException, CrossbuildException {
        Map<String, byte[]> ordered = new LinkedHashMap<>();
        for (String name : names) {
            add(name(name), ordered);
        }
        return ordered;
    }

    private void add(String name, Map<String, byte[]> ordered) throws IOException, CrossbuildException {
        if (builtIn.contains(name) || ordered.containsKey(name)) {
            return;
        }
        String path = paths.get(name);
        if (path == null) {
            throw new CrossbuildException("Cannot make an appliance: the kernel package has no module '" + name + "'");
        }
        byte[] module;
        try (InputStream in = new XZInputStream(
                new ByteArrayInputStream(TreeFiles.read(tree, path, MAX_MODULE_BYTES)), XZ_MEMORY_KIB)) {
            module = in.readNBytes(MAX_MODULE_BYTES);
        }
        for (String needed : needs(module, path)) {
            add(name(needed), ordered);
        }
        ordered.put(name, module);
    }

    /**
     * The entry {@code depends=} of the section .modinfo (include/linux/module.h): names separated by commas; may be
     * empty.
     */
    private static List<String> needs(byte[] module, String path) throws MalformedInputException {
        String text = new String(module, StandardCharsets.ISO_8859_1);
        int at = text.indexOf("\0depends=");
        int end = at < 0 ? -1 : text.indexOf('\0', at + 1);
        if (end < 0) {
            throw new MalformedInputException(path, -1, "no 'depends' entry (expected a kernel module)");
        }
        String names = text.substring(at + "\0depends=".length(), end);
        return names.isEmpty() ? List.of() : List.of(names.split(","));
    }

    private void collect(String directory) throws IOException, CrossbuildException {
        Deque<String> todo = new ArrayDeque<>(List.of(directory));
        while (!todo.isEmpty()) {
            String at = todo.pop();
            FileNode node = TreePaths.find(tree, at)
                    .filter(FileNode::isDirectory)
                    .orElseThrow(() -> new CrossbuildException(
                            "Cannot make an appliance: the kernel package has no directory '" + at + "'"));
            for (FileTree.Entry entry : tree.children(node)) {
                String path = TreePaths.join(at, entry.name());
                if (entry.node().isDirectory()) {
                    todo.push(path);
                } else if (entry.name().endsWith(SUFFIX)) {
                    paths.put(name(entry.name()), path);
                }
            }
        }
    }

    /** File names and the names in dependencies differ in dashes and underscores; to the kernel they are the same. */
    private static String name(String file) {
        int dot = file.indexOf('.');
        return (dot < 0 ? file : file.substring(0, dot)).replace('-', '_');
    }
}
