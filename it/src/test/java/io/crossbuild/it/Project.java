// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.stream.Stream;

/** A test's project. */
final class Project {
    private final Path directory;

    private Project(Path directory) {
        this.directory = directory;
    }

    /** An example, copied to a directory of the given name. */
    static Project copyOf(String example, String name) throws IOException {
        Path from = Settings.examples().resolve(example);
        Project project = empty(name);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, project.directory.resolve(file.getFileName().toString()));
            }
        }
        return project;
    }

    /** A POM with the plugin, in a directory of the given name: the minimum for using the short names of goals. */
    static Project minimal(String name) throws IOException {
        return empty(name).write("pom.xml", """
                <project>
                  <modelVersion>4.0.0</modelVersion>
                  <groupId>com.example</groupId>
                  <artifactId>minimal</artifactId>
                  <version>1</version>
                  <packaging>pom</packaging>
                  <build>
                    <plugins>
                      <plugin>
                        <groupId>io.crossbuild</groupId>
                        <artifactId>crossbuild-maven-plugin</artifactId>
                        <version>%s</version>
                        <configuration></configuration>
                      </plugin>
                    </plugins>
                  </build>
                </project>
                """.formatted(Settings.version()));
    }

    /** An empty directory. */
    static Project empty(String name) throws IOException {
        Path to = Settings.work().resolve(name);
        delete(to);
        // Maven looks for .mvn upward: it must not find that of crossbuild's own build.
        Files.createDirectories(to.resolve(".mvn"));
        return new Project(to);
    }

    Path directory() {
        return directory;
    }

    Path targetRoot() {
        return directory.resolve("target/crossbuild/root");
    }

    /** The target root of an execution with an id. */
    Path targetRoot(String execution) {
        return directory.resolve("target/crossbuild").resolve(execution).resolve("root");
    }

    Project write(String file, String content) throws IOException {
        Path path = directory.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
        return this;
    }

    Project delete(String file) throws IOException {
        Files.delete(directory.resolve(file));
        return this;
    }

    /** Adds an element to the plugin's configuration. */
    Project configure(String xml) throws IOException {
        Path pom = directory.resolve("pom.xml");
        String text = Files.readString(pom);
        return write("pom.xml", text.replace("<configuration>", "<configuration>" + xml));
    }

    /** Gives a minimal project a different artifactId. */
    Project named(String artifact) throws IOException {
        Path pom = directory.resolve("pom.xml");
        String text = Files.readString(pom);
        return write("pom.xml", text.replace("<artifactId>minimal<", "<artifactId>" + artifact + "<"));
    }

    MavenRun maven(String... arguments) {
        return new MavenRun(directory, arguments);
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, java.io.IOException e) throws IOException {
                Files.delete(dir);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
