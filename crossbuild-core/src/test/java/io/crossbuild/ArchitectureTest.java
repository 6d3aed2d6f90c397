// SPDX-License-Identifier: Apache-2.0
package io.crossbuild;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.crossbuild.io.PatientFiles;
import io.crossbuild.io.RecursiveDelete;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/** The package table of CONTRIBUTING.md: arrows point downward, or sideways without a cycle, never up. */
@AnalyzeClasses(packages = "io.crossbuild", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String BASE = "io.crossbuild";

    private static final Map<String, Integer> LEVELS = Map.ofEntries(
            Map.entry("", 7),
            Map.entry("build", 6),
            Map.entry("housekeeping", 6),
            Map.entry("run", 6),
            Map.entry("layer", 5),
            Map.entry("environment", 4),
            Map.entry("extract", 4),
            Map.entry("appliance", 3),
            Map.entry("debian", 3),
            Map.entry("guest", 4),
            Map.entry("input", 3),
            Map.entry("qemu", 3),
            Map.entry("runtime", 3),
            Map.entry("script", 3),
            Map.entry("store", 3),
            Map.entry("disk", 2),
            Map.entry("dpkg", 2),
            Map.entry("floor", 2),
            Map.entry("ldso", 2),
            Map.entry("network", 2),
            Map.entry("net", 2),
            Map.entry("qmp", 2),
            Map.entry("report", 2),
            Map.entry("ssh", 2),
            Map.entry("elf", 1),
            Map.entry("io", 1),
            Map.entry("process", 1),
            Map.entry("spec", 1),
            Map.entry("tree", 1),
            Map.entry("config", 1),
            Map.entry("closure", 1),
            Map.entry("arch", 0),
            Map.entry("error", 0),
            Map.entry("event", 0));

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

    /** Checks each package separately, where the rule above treats a package and its subpackages as one. */
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
    static final ArchRule onlyPatientFilesMovesAndDeletes = noClasses()
            .that()
            .doNotBelongToAnyOf(PatientFiles.class, RecursiveDelete.class)
            .should()
            .accessTargetWhere(target(owner(type(Files.class))).and(target(nameMatching("move|delete|deleteIfExists"))))
            .because("Windows refuses it while a scanner has the file open");

    @ArchTest
    static final ArchRule nothingIsPrinted = noClasses()
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err")
            .because("the frontend has the words");

    /** Null is not checked in a package without the annotation. */
    @ArchTest
    static void everyPackageIsNullMarked(JavaClasses classes) {
        assertThat(classes)
                .isNotEmpty()
                .allSatisfy(c -> assertThat(c.getPackage().isAnnotatedWith(NullMarked.class))
                        .as(c.getPackageName())
                        .isTrue());
    }

    /**
     * The packages that module-info exports are the API: their signatures name no type that a user of the library
     * cannot see.
     */
    @ArchTest
    static void signaturesOfExportedPackagesNameOnlyExportedPackagesAndTheJdk(JavaClasses classes) throws Exception {
        Set<String> exported = ExportedPackages.names();
        List<String> hidden = classes.stream()
                .filter(c -> exported.contains(c.getPackageName()) && isVisible(c))
                .flatMap(c -> signature(c).entrySet().stream())
                .filter(named -> named.getValue().getPackageName().startsWith("io.crossbuild")
                        ? !exported.contains(named.getValue().getPackageName()) || !isVisible(named.getValue())
                        : !named.getValue().getPackageName().startsWith("java.")
                                && !named.getValue().isPrimitive())
                .map(named -> named.getKey() + " names " + named.getValue().getName())
                .distinct()
                .toList();
        assertThat(exported).contains("io.crossbuild", "io.crossbuild.spec");
        assertThat(hidden).isEmpty();
    }

    private static boolean isVisible(JavaClass c) {
        JavaClass type = c.getBaseComponentType();
        return (type.isPrimitive() || type.getModifiers().contains(JavaModifier.PUBLIC))
                && type.getEnclosingClass().map(ArchitectureTest::isVisible).orElse(true);
    }

    /** Every type in the signatures of a class, by its place. */
    private static Map<String, JavaClass> signature(JavaClass c) {
        Map<String, JavaClass> types = new LinkedHashMap<>();
        name(types, c.getName(), c.getInterfaces().stream());
        name(types, c.getName(), c.getSuperclass().stream());
        c.getMembers().stream()
                .filter(m -> m.getModifiers().contains(JavaModifier.PUBLIC)
                        || m.getModifiers().contains(JavaModifier.PROTECTED))
                .filter(m -> !m.getModifiers().contains(JavaModifier.SYNTHETIC))
                .forEach(m -> {
                    if (m instanceof JavaField field) {
                        name(types, field.getFullName(), Stream.of(field.getType()));
                    } else if (m instanceof JavaCodeUnit unit) {
                        name(types, unit.getFullName(), unit.getParameterTypes().stream());
                        name(types, unit.getFullName(), Stream.of(unit.getReturnType()));
                        unit.getThrowsClause()
                                .getTypes()
                                .forEach(t -> types.put(unit.getFullName() + " throws " + t.getName(), t));
                    }
                });
        return types;
    }

    private static void name(Map<String, JavaClass> types, String where, Stream<? extends JavaType> named) {
        named.flatMap(t -> t.getAllInvolvedRawTypes().stream())
                .map(JavaClass::getBaseComponentType)
                .forEach(t -> types.put(where + ": " + t.getName(), t));
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
