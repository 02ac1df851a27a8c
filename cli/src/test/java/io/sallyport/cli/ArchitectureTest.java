package io.sallyport.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import java.time.Instant;

@AnalyzeClasses(packages = "io.sallyport.cli", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule nothingOfTheProductIsKnownButItsApi =
            classes()
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            "java..",
                            "javax.net.ssl..",
                            "javax.security.auth.x500..",
                            "com.fasterxml.jackson..",
                            "picocli..",
                            "io.sallyport.cli..");

    @ArchTest
    static final ArchRule packagesFormNoCycle =
            slices().matching("io.sallyport.cli.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule onlyTheApiPackageKnowsHttpAndJson =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("..cli.api..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("java.net.http..", "com.fasterxml.jackson..");

    @ArchTest
    static final ArchRule onlyTheMainClassTouchesTheStandardStreams =
            noClasses()
                    .that()
                    .doNotHaveFullyQualifiedName("io.sallyport.cli.Sallyport")
                    .should(ACCESS_STANDARD_STREAMS);

    @ArchTest
    static final ArchRule nobodyAsksTheSystemClock =
            noClasses().should().callMethod(Instant.class, "now");
}
