package io.whalebox.acceptance;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.Source;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The house's plan, as CONTRIBUTING describes it, held by tests. */
class ArchitectureTest {
    /** The lists that the library for JSON generates, of what is generated in a module: no reader follows them. */
    private static final DescribedPredicate<JavaClass> GENERATED =
            JavaClass.Predicates.simpleNameEndingWith("JsonComponent");

    private static final JavaClasses PRODUCT = built("classes");
    private static final JavaClasses EVERYTHING = built("classes", "test-classes");

    private static JavaClasses built(String... outputs) {
        List<Path> paths = new ArrayList<>();
        for (String module : Project.modules()) {
            for (String output : outputs) {
                paths.add(Project.ROOT.resolve(module).resolve("target").resolve(output));
            }
        }
        return new ClassFileImporter()
                .importPaths(paths.stream().filter(Files::isDirectory).toList());
    }

    @Test
    void aModulesPomNamesOnlyModulesAboveItInTheList() {
        List<String> modules = Project.modules();
        for (String module : modules) {
            assertThat(modules.subList(0, modules.indexOf(module)))
                    .as("what %s may depend on", module)
                    .containsAll(Project.dependencies(module));
        }
    }

    @Test
    void runtimeAndStorageDoNotKnowEachOther() {
        assertThat(Project.dependencies("storage")).doesNotContain("runtime");
        assertThat(Project.dependencies("runtime")).doesNotContain("storage");
    }

    @Test
    void aModuleHoldsOnePackageTreeOfItsOwnName() {
        classes()
                .that(DescribedPredicate.describe("people wrote", ArchitectureTest::isWritten))
                .should()
                .resideInAPackage("io.whalebox..")
                .andShould(new Condition("lie in the package named after their module", type -> {
                    String module = moduleOf(type);
                    return (type.getPackageName() + ".").startsWith("io.whalebox." + module + ".");
                }))
                .check(EVERYTHING);
    }

    @Test
    void classesUseOnlyThePackagesOfModulesAboveTheirs() {
        List<String> modules = Project.modules();
        classes()
                .should(new Condition("use only packages of modules above their own", type -> {
                    List<String> allowed = modules.subList(0, modules.indexOf(moduleOf(type)) + 1);
                    return type.getDirectDependenciesFromSelf().stream()
                            .map(Dependency::getTargetClass)
                            .filter(target -> !GENERATED.test(target))
                            .map(JavaClass::getPackageName)
                            .filter(name -> name.startsWith("io.whalebox."))
                            .allMatch(name -> allowed.contains(name.split("\\.", 4)[2]));
                }))
                .check(EVERYTHING);
    }

    @Test
    void packagesFormNoCycle() {
        slices().matching("io.whalebox.(**)")
                .should()
                .beFreeOfCycles()
                .ignoreDependency(DescribedPredicate.alwaysTrue(), GENERATED)
                .check(PRODUCT);
    }

    @Test
    void onlyModuleLinuxCallsForeignFunctions() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.whalebox.linux")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.lang.foreign")
                .check(PRODUCT);
    }

    @Test
    void everyPackageIsNullMarked() {
        List<String> marked = EVERYTHING.stream()
                .filter(type -> type.getSimpleName().equals("package-info"))
                .filter(type -> type.isAnnotatedWith(NullMarked.class))
                .map(JavaClass::getPackageName)
                .toList();
        assertThat(marked).containsAll(writtenPackages());
    }

    /** Those with a source file of ours; what annotation processors write beside them is theirs. */
    private static Set<String> writtenPackages() {
        return Project.files("*/src/main/java/*.java", "*/src/test/java/*.java").stream()
                .map(file -> Project.name(file).replaceFirst(".*/java/(.*)/[^/]*", "$1"))
                .map(path -> path.replace('/', '.'))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void noNameSaysOnlyThatItHelps() {
        List<String> empty = List.of("util", "utils", "common", "core", "impl", "helper", "helpers", "manager");
        noClasses()
                .should()
                .resideInAnyPackage(
                        empty.stream().map(name -> ".." + name + "..").toArray(String[]::new))
                .check(EVERYTHING);
        noClasses()
                .should()
                .haveNameMatching(".*(Util|Utils|Common|Core|Impl|Helper|Helpers|Manager)(\\$.*)?")
                .check(EVERYTHING);
    }

    @Test
    void exceptionsAreUnchecked() {
        classes()
                .that()
                .areAssignableTo(Throwable.class)
                .should()
                .beAssignableTo(DescribedPredicate.or(
                        JavaClass.Predicates.assignableTo(RuntimeException.class),
                        JavaClass.Predicates.assignableTo(Error.class)))
                .allowEmptyShould(true)
                .check(PRODUCT);
    }

    /** Not by an annotation processor: there is a source file among ours. */
    private static boolean isWritten(JavaClass type) {
        String file = type.getPackageName().replace('.', '/') + "/"
                + type.getSource().flatMap(Source::getFileName).orElse("");
        return Stream.of("main", "test")
                .anyMatch(tree -> Files.exists(Project.ROOT
                        .resolve(moduleOf(type))
                        .resolve("src/" + tree + "/java")
                        .resolve(file)));
    }

    /** The module whose build made a class file: {@code MODULE/target/classes/…}. */
    private static String moduleOf(JavaClass type) {
        Path file = Path.of(type.getSource().orElseThrow().getUri());
        return Project.ROOT.relativize(file).getName(0).toString();
    }
}
