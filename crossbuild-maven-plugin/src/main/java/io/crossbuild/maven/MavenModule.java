// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import java.nio.file.Path;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.project.MavenProject;

/** The project for which a goal runs, or the directory in which Maven runs if there is no POM. */
record MavenModule(MavenProject project, Path executionRoot) {

    /** The session's current project. */
    static MavenModule of(MavenSession session) {
        return new MavenModule(session.getCurrentProject(), Path.of(session.getExecutionRootDirectory()));
    }

    /** False if Maven runs in a directory without a POM. */
    boolean hasProject() {
        return project.getFile() != null;
    }

    /** The directory to which relative paths are relative. */
    Path baseDirectory() {
        return hasProject() ? project.getBasedir().toPath() : executionRoot;
    }

    /** The POM's name in messages. */
    String pomName() {
        return hasProject() ? project.getFile().getPath() : "pom.xml";
    }

    /** The module's name in messages. */
    String name() {
        return project.getGroupId() + ":" + project.getArtifactId();
    }

    /** The directories to which its goals write. */
    OutputDirectory output() {
        return OutputDirectory.below(
                hasProject() ? Path.of(project.getBuild().getDirectory()) : executionRoot.resolve("target"));
    }
}
