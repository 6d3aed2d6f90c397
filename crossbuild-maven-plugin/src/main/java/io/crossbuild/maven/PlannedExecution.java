// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.MojoExecution;
import org.apache.maven.plugin.PluginParameterExpressionEvaluator;
import org.codehaus.plexus.component.configurator.expression.ExpressionEvaluationException;
import org.codehaus.plexus.util.xml.Xpp3Dom;
import org.jspecify.annotations.Nullable;

/**
 * A future execution of a goal that extracts, according to its configuration.
 *
 * @param session the session whose current project it is for
 */
record PlannedExecution(MavenSession session, MojoExecution execution) {
    private static final String BUILD_FILE = "buildFile";
    private static final String TARGET_ROOT = "targetRoot";

    /** The parameters that determine what is extracted. */
    static final List<String> DECISIVE = List.of(
            "environment",
            "suite",
            "arch",
            "packages",
            BUILD_FILE,
            "inputs",
            "configFile",
            "program",
            "args",
            "files",
            "dirs",
            "mapDirs",
            "env",
            "startCheck",
            "cpu",
            "ldconfig",
            "include",
            "linkedDirectorySize",
            "maxExtractedFiles",
            "maxExtractedSize",
            "maxGlibc",
            "maxGlibcxx");

    /**
     * What it extracts, and to which directory.
     *
     * @return empty if it will do nothing, or if that depends on goals that run before it
     */
    Optional<TargetRootClaim> claim() throws ExpressionEvaluationException {
        if (isParentWithoutBuildFile() || isOpen("skip") || isOpen(TARGET_ROOT)) {
            return Optional.empty();
        }
        Parameters parameters = parameters();
        if (parameters.flag("skip", Boolean.parseBoolean(value(configured("skip"))))) {
            return Optional.empty();
        }
        String root = value(configured(TARGET_ROOT));
        Path path = parameters
                .path(TARGET_ROOT, root == null ? null : new File(root))
                .orElse(module().output().targetRoot(execution.getExecutionId()));
        return Optional.of(claim(path, false));
    }

    /** The same with a known target root. */
    TargetRootClaim begun(Path targetRoot) throws ExpressionEvaluationException {
        return claim(targetRoot, true);
    }

    private TargetRootClaim claim(Path root, boolean begun) throws ExpressionEvaluationException {
        return new TargetRootClaim(
                module().name(),
                module().baseDirectory(),
                execution.getExecutionId(),
                execution.getGoal(),
                configuration(),
                RealPaths.of(root),
                begun);
    }

    /**
     * Whether there is nothing to do because a module with packaging pom only configures the goal for its children: the
     * goal is bound to a phase, and the build file has its default name and does not exist.
     */
    boolean isParentWithoutBuildFile() throws ExpressionEvaluationException {
        return execution.getSource() == MojoExecution.Source.LIFECYCLE
                && "pom".equals(module().project().getPackaging())
                && parameters().fromCommandLine(BUILD_FILE) == null
                && set(configured(BUILD_FILE)) == null
                && !Files.exists(module().baseDirectory().resolve(BuildFileParameters.DEFAULT_FILE));
    }

    private MavenModule module() {
        return MavenModule.of(session);
    }

    private Parameters parameters() {
        return new Parameters(session.getUserProperties(), module().pomName(), module().baseDirectory());
    }

    /** As a text that is equal for equal values. */
    private String configuration() throws ExpressionEvaluationException {
        StringBuilder text = new StringBuilder();
        for (String name : DECISIVE) {
            Xpp3Dom element = configured(name);
            // The command line applies to all executions.
            if (element != null && parameters().fromCommandLine(name) == null) {
                append(element, text);
            }
        }
        return text.toString();
    }

    private void append(Xpp3Dom element, StringBuilder text) throws ExpressionEvaluationException {
        String value = value(element);
        if (element.getChildCount() == 0 && value == null) {
            return;
        }
        text.append('<').append(element.getName()).append('>');
        if (element.getChildCount() == 0) {
            text.append(value);
        }
        for (Xpp3Dom child : element.getChildren()) {
            append(child, text);
        }
        text.append("</>");
    }

    private @Nullable Xpp3Dom configured(String name) {
        Xpp3Dom all = execution.getConfiguration();
        return all == null ? null : all.getChild(name);
    }

    /** Whether a value refers to something that is not known yet or not at all. */
    private boolean isOpen(String name) throws ExpressionEvaluationException {
        Xpp3Dom element = configured(name);
        if (element == null || element.getValue() == null || parameters().fromCommandLine(name) != null) {
            return false;
        }
        String set = set(element);
        boolean own = element.getValue().equals("${crossbuild." + name + "}");
        return set == null ? !own && !element.getValue().isBlank() : set.contains("${");
    }

    /** The value, or the default. */
    private @Nullable String value(@Nullable Xpp3Dom element) throws ExpressionEvaluationException {
        String set = set(element);
        return set != null || element == null ? set : evaluated(element.getAttribute("default-value"));
    }

    /** The value if there is one other than the default. */
    private @Nullable String set(@Nullable Xpp3Dom element) throws ExpressionEvaluationException {
        return element == null ? null : evaluated(element.getValue());
    }

    private @Nullable String evaluated(@Nullable String text) throws ExpressionEvaluationException {
        Object value = text == null || text.isBlank()
                ? null
                : new PluginParameterExpressionEvaluator(session, execution).evaluate(text.strip());
        return value == null ? null : value.toString();
    }
}
