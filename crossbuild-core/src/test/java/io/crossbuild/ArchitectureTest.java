// SPDX-License-Identifier: Apache-2.0
package io.crossbuild;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Map;
import org.jspecify.annotations.NullMarked;

/** The package table of CONTRIBUTING.md: arrows point downward, or sideways without a cycle, never up. */
@AnalyzeClasses(packages = "io.crossbuild", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String BASE = "io.crossbuild";

    private static final Map<String, Integer> LEVELS = Map.ofEntries(
            Map.entry("", 6),
            Map.entry("housekeeping", 5),
            Map.entry("config", 3),
            Map.entry("closure", 3),
            Map.entry("environment", 4),
            Map.entry("script", 4),
            Map.entry("extract", 4),
            Map.entry("appliance", 4),
            Map.entry("debian", 3),
            Map.entry("qemu", 3),
            Map.entry("input", 3),
            Map.entry("store", 3),
            Map.entry("disk", 2),
            Map.entry("ldso", 2),
            Map.entry("dpkg", 2),
            Map.entry("qmp", 2),
            Map.entry("ssh", 2),
            Map.entry("net", 2),
            Map.entry("tree", 1),
            Map.entry("elf", 1),
            Map.entry("io", 1),
            Map.entry("process", 1),
            Map.entry("error", 0),
            Map.entry("event", 0),
            Map.entry("arch", 0));

    @ArchTest
    static final ArchRule arrowsPointDownward = classes()
            .should(new ArchCondition<JavaClass>("depend on packages of their own level or below only") {
                @Override
                public void check(JavaClass from, ConditionEvents events) {
                    from.getDirectDependenciesFromSelf().stream()
                            .filter(d -> d.getTargetClass().getPackageName().startsWith(BASE))
                            .filter(d -> level(d.getTargetClass()) > level(from))
                            .forEach(d -> events.add(SimpleConditionEvent.violated(d, d.getDescription())));
                }
            });

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("io.crossbuild.(*)..").should().beFreeOfCycles();

    /** Each package by itself here, where the rule above takes one and all below it for one. */
    @ArchTest
    static final ArchRule packagesBelowPackagesHaveNoCycles =
            slices().matching("io.crossbuild.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule onlySshKnowsSshj = noClasses()
            .that()
            .resideOutsideOfPackage("io.crossbuild.ssh..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("net.schmizz..", "com.hierynomus..");

    @ArchTest
    static final ArchRule onlyNetKnowsHttp = noClasses()
            .that()
            .resideOutsideOfPackage("io.crossbuild.net..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.net.http..");

    @ArchTest
    static final ArchRule coreKnowsNoMaven =
            noClasses().should().dependOnClassesThat().resideInAPackage("org.apache.maven..");

    @ArchTest
    static final ArchRule namesSayWhatAThingIs = noClasses()
            .should()
            .haveNameMatching(".*(Manager|Helper|Util|Utils|Impl)")
            .because("such a name says nothing");

    @ArchTest
    static final ArchRule nothingIsPrinted = noClasses()
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err")
            .because("the frontend has the words");

    /** Where a package is not marked, nobody checks for null. */
    @ArchTest
    static void everyPackageIsNullMarked(JavaClasses classes) {
        assertThat(classes)
                .isNotEmpty()
                .allSatisfy(c -> assertThat(c.getPackage().isAnnotatedWith(NullMarked.class))
                        .as(c.getPackageName())
                        .isTrue());
    }

    private static int level(JavaClass c) {
        String name = c.getPackageName();
        String first =
                name.equals(BASE) ? "" : name.substring(BASE.length() + 1).split("\\.")[0];
        Integer level = LEVELS.get(first);
        if (level == null) {
            throw new AssertionError("package '" + name + "' is not in the table of CONTRIBUTING.md");
        }
        return level;
    }
}
