package io.sallyport.pki;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import java.time.Instant;

/** What this module may lean on. */
@AnalyzeClasses(
        packages = "io.sallyport.pki",
        importOptions = {ImportOption.DoNotIncludeTests.class, ImportOption.DoNotIncludeJars.class})
class ArchitectureTest {
    @ArchTest
    static final ArchRule theAuthorityUsesOnlyTheJdkAndBouncyCastle =
            classes()
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            "java..", "javax..", "org.bouncycastle..", "io.sallyport.pki..");

    @ArchTest
    static final ArchRule packagesFormNoCycle =
            slices().matching("io.sallyport.pki.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule nobodyAsksTheMachineForTheTime =
            noClasses().should().callMethod(Instant.class, "now");
}
