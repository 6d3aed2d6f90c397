// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import io.crossbuild.Crossbuild;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;

/** The plugin is a user of the library like any other: it sees what the library's module exports. */
@AnalyzeClasses(packages = "io.crossbuild.maven", importOptions = ImportOption.DoNotIncludeTests.class)
class LibraryUseTest {
    private static final String OWN = "io.crossbuild.maven";

    @ArchTest
    static void thePluginUsesExportedPackagesOnly(JavaClasses classes) throws Exception {
        Set<String> exported = exported();
        assertThat(exported).contains("io.crossbuild", "io.crossbuild.spec").doesNotContain("io.crossbuild.io");
        noClasses()
                .should()
                .dependOnClassesThat(describe("the library hides", (JavaClass c) -> isHidden(c, exported)))
                .check(classes);
    }

    private static boolean isHidden(JavaClass c, Set<String> exported) {
        String name = c.getPackageName();
        return name.startsWith("io.crossbuild") && !name.equals(OWN) && !exported.contains(name);
    }

    private static Set<String> exported() throws URISyntaxException {
        Path library = Path.of(Crossbuild.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        return ModuleFinder.of(library).find("io.crossbuild.core").orElseThrow().descriptor().exports().stream()
                .filter(e -> !e.isQualified())
                .map(ModuleDescriptor.Exports::source)
                .collect(Collectors.toSet());
    }
}
