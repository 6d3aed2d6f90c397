// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** Which goal has which parameters, in the descriptor that Maven reads and {@code crossbuild:help} shows. */
class GoalParametersTest {
    private static final List<String> ALL = List.of("home", "skip");
    private static final List<String> ENVIRONMENT = List.of("environment", "suite", "arch", "packages");
    private static final List<String> MACHINE = List.of(
            "mirror",
            "securityUpdates",
            "securityMirror",
            "maxIndexAge",
            "memory",
            "cpus",
            "diskSize",
            "accelerator",
            "qemu",
            "bootTimeout",
            "stepTimeout",
            "network",
            "allowHosts",
            "onlyHosts",
            "maxLogSize",
            "maxCacheSize");
    private static final List<String> LINES = List.of("buildFile", "inputs", "copyFrom");
    private static final List<String> CONTENT =
            List.of("configFile", "program", "files", "dirs", "mapDirs", "env", "cpu", "ldconfig");
    private static final List<String> EXTRACTION = List.of(
            "targetRoot",
            "args",
            "startCheck",
            "include",
            "linkedDirectorySize",
            "maxExtractedFiles",
            "maxExtractedSize",
            "maxGlibc",
            "maxGlibcxx");
    private static final List<String> RUN = List.of("runNetwork", "runTimeout");

    private static final Map<String, Set<String>> TABLE = Map.ofEntries(
            entry(
                    "build",
                    ALL,
                    ENVIRONMENT,
                    MACHINE,
                    LINES,
                    CONTENT,
                    EXTRACTION,
                    RUN,
                    List.of("verify", "noCache", "maxLayersSize")),
            entry("extract", ALL, ENVIRONMENT, LINES, CONTENT, EXTRACTION),
            entry(
                    "run",
                    ALL,
                    ENVIRONMENT,
                    MACHINE,
                    LINES,
                    RUN,
                    List.of("configFile", "program", "args", "env", "targetRoot")),
            entry("closure", ALL, ENVIRONMENT, LINES, CONTENT, List.of("root", "format", "output", "why", "whyNot")),
            entry("shell", ALL, ENVIRONMENT, MACHINE, LINES, List.of("step")),
            entry("install-env", ALL, ENVIRONMENT, MACHINE),
            entry("uninstall-env", ALL, ENVIRONMENT),
            entry("info", ALL),
            entry("prune", ALL, List.of("maxAge", "maxLayersSize", "dryRun")),
            entry("verify-store", ALL),
            entry("help", List.of("detail", "goal", "indentSize", "lineLength")));

    /** The parameters that have no property: they are elements of a POM, or read from {@code -D} by the plugin. */
    private static final Set<String> WITHOUT_PROPERTY = Set.of("environment", "inputs", "mapDirs", "env");

    private record Declared(String type, String description, String expression, String defaultValue, String since) {}

    private static final Map<String, Map<String, Declared>> GOALS = new TreeMap<>();

    @BeforeAll
    static void readTheDescriptor() throws Exception {
        Document document;
        try (InputStream descriptor = Objects.requireNonNull(
                GoalParametersTest.class.getResourceAsStream("/META-INF/maven/plugin.xml"), "no plugin.xml")) {
            document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(descriptor);
        }
        for (Element mojo : elements(document.getElementsByTagName("mojo"))) {
            Map<String, Declared> parameters = new LinkedHashMap<>();
            for (Element parameter : elements(mojo.getElementsByTagName("parameter"))) {
                if (text(parameter, "editable").equals("true")) {
                    parameters.put(text(parameter, "name"), declared(mojo, parameter));
                }
            }
            GOALS.put(text(mojo, "goal"), parameters);
        }
    }

    @Test
    void eachGoalHasExactlyTheParametersThatMeanSomethingToIt() {
        Map<String, Set<String>> found = new TreeMap<>();
        GOALS.forEach((goal, parameters) -> found.put(goal, new TreeSet<>(parameters.keySet())));
        assertThat(found).isEqualTo(new TreeMap<>(TABLE));
    }

    @Test
    void aParameterIsTheSameInAllGoalsThatHaveIt() {
        Map<String, Set<Declared>> meanings = new TreeMap<>();
        GOALS.forEach((goal, parameters) -> parameters.forEach((name, declared) ->
                meanings.computeIfAbsent(name, n -> new HashSet<>()).add(declared)));
        // A prune has another moment to remove layers than a build.
        meanings.remove("maxLayersSize");
        assertThat(meanings)
                .allSatisfy((name, declared) -> assertThat(declared).as(name).hasSize(1));
    }

    @Test
    void theCommandLineNamesAParameterAsThePomDoes() {
        GOALS.forEach((goal, parameters) -> parameters.forEach((name, declared) -> {
            String property = goal.equals("help") ? name : "crossbuild." + name;
            assertThat(declared.expression())
                    .as(goal + ": " + name)
                    .isEqualTo(WITHOUT_PROPERTY.contains(name) ? "" : "${" + property + "}");
            assertThat(declared.description()).as(goal + ": " + name).isNotBlank();
        }));
    }

    /** Two executions may share a target root only if all of these are equal. */
    @Test
    void everyOtherParameterOfExtractDecidesWhatIsExtracted() {
        Set<String> parameters =
                new TreeSet<>(GOALS.getOrDefault("extract", Map.of()).keySet());
        // "copyFrom" only allows what the lines ask for.
        parameters.removeAll(Set.of("home", "skip", "targetRoot", "verify", "copyFrom"));
        parameters.removeAll(MACHINE);
        parameters.removeAll(RUN);
        assertThat(PlannedExecution.DECISIVE).containsExactlyInAnyOrderElementsOf(parameters);
    }

    private static Declared declared(Element mojo, Element parameter) {
        String name = text(parameter, "name");
        Map<String, Element> configuration = new HashMap<>();
        for (Element all : elements(mojo.getElementsByTagName("configuration"))) {
            elements(all.getChildNodes()).forEach(e -> configuration.put(e.getTagName(), e));
        }
        Element configured = configuration.get(name);
        return new Declared(
                text(parameter, "type"),
                text(parameter, "description"),
                configured == null ? "" : configured.getTextContent().strip(),
                configured == null ? "" : configured.getAttribute("default-value"),
                text(parameter, "since"));
    }

    @SafeVarargs
    private static Map.Entry<String, Set<String>> entry(String goal, List<String>... groups) {
        return Map.entry(goal, names(groups));
    }

    @SafeVarargs
    private static Set<String> names(List<String>... groups) {
        Set<String> names = new TreeSet<>();
        for (List<String> group : groups) {
            names.addAll(group);
        }
        return names;
    }

    private static String text(Element of, String name) {
        return elements(of.getChildNodes()).stream()
                .filter(e -> e.getTagName().equals(name))
                .map(e -> e.getTextContent().strip())
                .findFirst()
                .orElse("");
    }

    private static List<Element> elements(NodeList nodes) {
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            Node node = nodes.item(i);
            if (node instanceof Element element) {
                elements.add(element);
            }
        }
        return elements;
    }
}
