// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso.hint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crossbuild.Needs;
import io.crossbuild.closure.Closure;
import io.crossbuild.closure.ClosureRequest;
import io.crossbuild.closure.ClosureRequest.NamedLibrary;
import io.crossbuild.closure.Hint;
import io.crossbuild.closure.HintGroup;
import io.crossbuild.ldso.ClosureResolver;
import io.crossbuild.ldso.LoaderOptions;
import io.crossbuild.ldso.Strace;
import io.crossbuild.tree.HostFileTree;
import io.crossbuild.tree.TreePaths;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What real programs open at run time is in their closure or in a hint. */
class RuntimeHintsIT {
    @BeforeAll
    static void needsStrace() throws Exception {
        assumeTrue(Files.exists(Path.of("/lib64/ld-linux-x86-64.so.2")), "not a machine with glibc for x86-64");
        Needs.that(Strace.works(), "strace does not work here");
    }

    private static void check(List<String> command, List<String> environment, HintGroup... groups) throws Exception {
        assumeTrue(Files.isExecutable(Path.of(command.get(0))), "no " + command.get(0));
        List<String> opened = Strace.opened(command, environment);
        assertThat(opened).isNotEmpty();
        try (HostFileTree tree = HostFileTree.open(Path.of("/"))) {
            ClosureResolver resolver = new ClosureResolver(tree, LoaderOptions.defaults());
            ClosureRequest request = new ClosureRequest(command.get(0), List.of(), List.of());
            List<Hint> hints = RuntimeHints.find(
                    tree, LoaderOptions.defaults(), request, resolver.resolve(request), EnumSet.of(groups[0], groups));
            List<String> addons = new ArrayList<>();
            List<NamedLibrary> libraries = new ArrayList<>();
            TreeSet<String> allowed = new TreeSet<>();
            List<String> directories = new ArrayList<>();
            for (Hint h : hints) {
                addons.addAll(h.addons());
                libraries.addAll(h.libraries());
                for (String f : h.files()) {
                    allowed.add(f);
                    allowed.add(canonical(tree, f));
                }
                h.directories().forEach(d -> directories.add(canonical(tree, d)));
            }
            Closure closure = resolver.resolve(new ClosureRequest(command.get(0), addons, libraries));
            closure.files().forEach(f -> allowed.add(f.canonicalPath()));
            List<String> unexplained = new ArrayList<>();
            for (String path : opened) {
                String canonical = canonical(tree, path);
                boolean known = allowed.contains(path)
                        || allowed.contains(canonical)
                        || directories.stream().anyMatch(d -> canonical.startsWith(d + "/"))
                        || path.equals("/etc/ld.so.cache")
                        || path.equals("/etc/resolv.conf");
                if (!known) {
                    unexplained.add(path);
                }
            }
            assertThat(unexplained).isEmpty();
        }
    }

    private static String canonical(HostFileTree tree, String path) {
        try {
            return TreePaths.resolve(tree, path) instanceof TreePaths.Found found ? found.path() : path;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void hostsAreLookedUp() throws Exception {
        check(List.of("/usr/bin/getent", "hosts", "localhost"), List.of("LC_ALL=C"), HintGroup.DNS);
    }

    @Test
    void usersAreLookedUp() throws Exception {
        check(List.of("/usr/bin/getent", "passwd", "root"), List.of("LC_ALL=C"), HintGroup.DNS);
    }

    @Test
    void characterSetsAreConverted() throws Exception {
        check(
                List.of("/usr/bin/iconv", "-f", "SJIS", "-t", "UTF-8", "/dev/null"),
                List.of("LC_ALL=C"),
                HintGroup.GCONV);
    }

    @Test
    void localesAreRead() throws Exception {
        check(List.of("/usr/bin/date"), List.of("LC_ALL=C.UTF-8"), HintGroup.LOCALE, HintGroup.GCONV, HintGroup.TZ);
    }

    @Test
    void timeZonesAreRead() throws Exception {
        check(List.of("/usr/bin/date"), List.of("LC_ALL=C", "TZ=Europe/Paris"), HintGroup.TZ);
    }

    @Test
    void terminalsAreDescribed() throws Exception {
        check(List.of("/usr/bin/tput", "cols"), List.of("LC_ALL=C", "TERM=xterm"), HintGroup.TERMINFO);
    }

    @Test
    void opensslReadsItsConfigurationAndCertificates() throws Exception {
        check(List.of("/usr/bin/openssl", "version", "-d"), List.of("LC_ALL=C"), HintGroup.TLS);
        check(
                List.of("/usr/bin/openssl", "list", "-provider", "legacy", "-providers"),
                List.of("LC_ALL=C"),
                HintGroup.TLS);
    }
}
