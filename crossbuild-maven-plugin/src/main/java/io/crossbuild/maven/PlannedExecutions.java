// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.lifecycle.LifecycleExecutor;
import org.apache.maven.model.Plugin;
import org.apache.maven.plugin.MojoExecution;
import org.apache.maven.plugin.logging.Log;
import org.apache.maven.project.MavenProject;

/** The executions of goals that extract which Maven is going to run in all modules of a session. */
final class PlannedExecutions {
    private static final Set<String> EXTRACTING = Set.of("build", "extract");

    private final MavenSession session;
    private final LifecycleExecutor lifecycle;
    private final Plugin plugin;
    private final Log log;

    /** @param plugin crossbuild itself */
    PlannedExecutions(MavenSession session, LifecycleExecutor lifecycle, Plugin plugin, Log log) {
        this.session = session;
        this.lifecycle = lifecycle;
        this.plugin = plugin;
        this.log = log;
    }

    /** As far as they can be known: the others, such as those of a forked lifecycle, are noticed when they start. */
    List<TargetRootClaim> claims() {
        List<TargetRootClaim> claims = new ArrayList<>();
        if (!isOne()) {
            for (MavenProject project : session.getProjects()) {
                claims.addAll(claims(project));
            }
        }
        return claims;
    }

    /** Whether there is only the calling execution. */
    private boolean isOne() {
        List<String> goals = session.getGoals();
        return session.getProjects().size() == 1
                && goals.size() == 1
                && goals.get(0).contains(":");
    }

    private List<TargetRootClaim> claims(MavenProject project) {
        MavenSession own = session.clone();
        own.setCurrentProject(project);
        List<TargetRootClaim> claims = new ArrayList<>();
        try {
            for (MojoExecution execution :
                    lifecycle.calculateExecutionPlan(own, tasks()).getMojoExecutions()) {
                if (plugin.getKey().equals(execution.getPlugin().getKey())
                        && EXTRACTING.contains(execution.getGoal())) {
                    new PlannedExecution(own, execution).claim().ifPresent(claims::add);
                }
            }
        } catch (Exception e) {
            // Maven itself reports this when it reaches that module.
            log.debug("Cannot determine what will run in " + project.getId(), e);
        }
        return claims;
    }

    private String[] tasks() {
        List<String> goals = session.getGoals();
        String usual = session.getTopLevelProject().getBuild().getDefaultGoal();
        return goals.isEmpty()
                ? Optional.ofNullable(usual).stream()
                        .flatMap(text -> Arrays.stream(text.strip().split("\\s+")))
                        .toArray(String[]::new)
                : goals.toArray(String[]::new);
    }
}
