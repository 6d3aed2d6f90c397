// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import java.nio.file.Path;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.project.MavenProject;

/** The project that a goal runs for, or the directory that Maven runs in if that has no POM. */
record MavenModule(MavenProject project, Path executionRoot) {

    /** The session's current one. */
    static MavenModule of(MavenSession session) {
        return new MavenModule(session.getCurrentProject(), Path.of(session.getExecutionRootDirectory()));
    }

    /** False when Maven runs in a directory that has no POM. */
    boolean hasProject() {
        return project.getFile() != null;
    }

    /** What relative paths are relative to. */
    Path baseDirectory() {
        return hasProject() ? project.getBasedir().toPath() : executionRoot;
    }

    /** What to call the POM. */
    String pomName() {
        return hasProject() ? project.getFile().getPath() : "pom.xml";
    }

    /** Its name in messages. */
    String name() {
        return project.getGroupId() + ":" + project.getArtifactId();
    }

    /** What its goals write. */
    OutputDirectory output() {
        return OutputDirectory.below(
                hasProject() ? Path.of(project.getBuild().getDirectory()) : executionRoot.resolve("target"));
    }
}
