// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The plugin's archive contains the licences of everything in it, and no others. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LicencesIT {
    private static final String NOTICES = "META-INF/THIRD-PARTY-NOTICES.txt";
    private static final Pattern LISTED = Pattern.compile("(?m)^([\\w.-]+):([\\w.-]+):([\\w.-]+)$");
    private static final Pattern LICENCE = Pattern.compile("Licence: ([\\w.-]*\\w)");
    private static final Pattern TEXT_FILE = Pattern.compile("META-INF/[^/]*(LICENSE|NOTICE)[^/]*");

    private record Artifact(String group, String name, String version) implements Comparable<Artifact> {
        Path in(Path repository) {
            return repository
                    .resolve(group.replace('.', '/'))
                    .resolve(name)
                    .resolve(version)
                    .resolve(name + "-" + version + ".jar");
        }

        @Override
        public int compareTo(Artifact other) {
            return toString().compareTo(other.toString());
        }

        @Override
        public String toString() {
            return group + ":" + name + ":" + version;
        }
    }

    private ZipFile archive;
    private String notices;

    @BeforeAll
    void open() throws IOException {
        archive = new ZipFile(new Artifact("io.crossbuild", "crossbuild-maven-plugin", Settings.version())
                .in(Settings.repository())
                .toFile());
        notices = text(archive, NOTICES);
    }

    @AfterAll
    void close() throws IOException {
        archive.close();
    }

    @Test
    void theNoticesListWhatTheBuildPutIn() throws Exception {
        assertThat(listed()).containsExactlyElementsOf(resolved());
    }

    /** The artifacts that the build resolved, according to the plugin's descriptor. */
    private SortedSet<Artifact> resolved() throws Exception {
        SortedSet<Artifact> resolved = new TreeSet<>();
        try (InputStream descriptor = archive.getInputStream(archive.getEntry("META-INF/maven/plugin.xml"))) {
            NodeList dependencies = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(descriptor)
                    .getElementsByTagName("dependency");
            for (int i = 0; i < dependencies.getLength(); i++) {
                Element one = (Element) dependencies.item(i);
                Artifact artifact =
                        new Artifact(child(one, "groupId"), child(one, "artifactId"), child(one, "version"));
                if (!artifact.group().equals("io.crossbuild")) {
                    resolved.add(artifact);
                }
            }
        }
        assertThat(resolved).isNotEmpty();
        return resolved;
    }

    private static String child(Element element, String name) {
        return element.getElementsByTagName(name).item(0).getTextContent();
    }

    private SortedSet<Artifact> listed() {
        SortedSet<Artifact> listed = new TreeSet<>();
        LISTED.matcher(notices).results().forEach(line -> listed.add(artifact(line)));
        return listed;
    }

    /** Its file in the repository from which the build took it. */
    private static File file(Artifact artifact) {
        return artifact.in(Settings.remote()).toFile();
    }

    private static Artifact artifact(MatchResult line) {
        return new Artifact(line.group(1), line.group(2), line.group(3));
    }

    @Test
    void everyFileIsOfCrossbuildOrOfAnArtifactThatIsListed() throws IOException {
        TreeSet<String> left = new TreeSet<>();
        archive.stream()
                .filter(entry -> !entry.isDirectory())
                .map(ZipEntry::getName)
                .forEach(left::add);
        left.removeIf(name -> name.startsWith("io/crossbuild/") || name.startsWith("META-INF/maven/io.crossbuild/"));
        left.removeAll(List.of(
                "META-INF/MANIFEST.MF",
                "META-INF/LICENSE",
                "META-INF/NOTICE",
                NOTICES,
                "META-INF/maven/plugin.xml",
                "META-INF/maven/io.crossbuild/crossbuild-maven-plugin/plugin-help.xml",
                "META-INF/m2e/lifecycle-mapping-metadata.xml"));
        for (Artifact artifact : listed()) {
            try (ZipFile file = new ZipFile(file(artifact))) {
                List<String> names = file.stream().map(ZipEntry::getName).toList();
                assertThat(names)
                        .as("classes of " + artifact)
                        .anyMatch(name -> name.endsWith(".class") && archive.getEntry(name) != null);
                left.removeAll(names);
            }
        }
        assertThat(left).isEmpty();
    }

    @Test
    void theTextsOfAllLicencesAreThere() throws IOException {
        LICENCE.matcher(notices)
                .results()
                .map(licence -> licence.group(1))
                .forEach(licence -> assertThat(notices)
                        .contains(licence.equals("Apache-2.0") ? "META-INF/LICENSE" : "\n== " + licence + " ==\n"));
        String[] parts = notices.split("\n\n");
        for (String part : parts) {
            if (LISTED.matcher(part.strip()).lookingAt()) {
                List<String> lines = part.strip().lines().map(String::strip).toList();
                assertThat(lines).hasSizeGreaterThan(2);
                assertThat(lines.get(1)).as(part).startsWith("Copyright ");
                assertThat(lines.get(2)).as(part).startsWith("Licence: ");
            }
        }
    }

    @Test
    void whatArtifactsSayOfTheirLicencesIsCarriedAlong() throws IOException {
        String carried = carried();
        String apache = words(text(archive, "META-INF/LICENSE"));
        for (Artifact artifact : listed()) {
            try (ZipFile file = new ZipFile(file(artifact))) {
                for (String name : texts(file)) {
                    String text = text(file, name);
                    if (name.contains("NOTICE")) {
                        // The notices of several artifacts are merged.
                        assertThat(text.lines().map(LicencesIT::words))
                                .as(name + " of " + artifact)
                                .allMatch(words(carried)::contains);
                    } else {
                        assertThat(apache.contains(terms(text))
                                        || words(carried).contains(words(text)))
                                .as(name + " of " + artifact)
                                .isTrue();
                    }
                }
            }
        }
    }

    /** Without the appendix, which says how to apply the licence. */
    private static String terms(String text) {
        return words(text).replaceFirst("END OF TERMS AND CONDITIONS( APPENDIX: .{0,1500})?$", "");
    }

    private static List<String> texts(ZipFile file) {
        return file.stream()
                .map(entry -> entry.getName())
                .filter(name -> TEXT_FILE.matcher(name).matches() || name.equals(NOTICES))
                .toList();
    }

    private String carried() throws IOException {
        List<String> texts = new ArrayList<>();
        for (String name : texts(archive)) {
            texts.add(text(archive, name));
        }
        return String.join("\n", texts);
    }

    @Test
    void bothArchivesCarryTheLicenceOfTheRepository() throws IOException {
        String licence = Files.readString(Settings.examples().resolveSibling("LICENSE"));
        assertThat(text(archive, "META-INF/LICENSE")).isEqualTo(licence);
        Path core = Settings.examples()
                .resolveSibling("crossbuild-core/target/crossbuild-core-" + Settings.version() + ".jar");
        try (ZipFile file = new ZipFile(core.toFile())) {
            assertThat(text(file, "META-INF/LICENSE")).isEqualTo(licence);
        }
    }

    private static String text(ZipFile file, String name) throws IOException {
        ZipEntry entry = file.getEntry(name);
        assertThat(entry).as(name).isNotNull();
        try (InputStream in = file.getInputStream(entry)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The text regardless of its line breaks. */
    private static String words(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }
}
