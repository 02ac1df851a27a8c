package io.sallyport.node;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import java.time.Instant;

@AnalyzeClasses(
        packages = "io.sallyport.node",
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule packagesFormNoCycle =
            slices().matching("io.sallyport.node.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule onlyEnrolmentUsesBouncyCastle =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("..node.enrolment..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.bouncycastle..");

    /** So a node of any kind is meant, and whoever it talks to is met over the wire. */
    @ArchTest
    static final ArchRule onlyTheJdkAndBouncyCastleAndTheWireAreUsed =
            classes()
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            "java..",
                            "javax.crypto..",
                            "javax.net.ssl..",
                            "org.bouncycastle..",
                            "io.sallyport.wire..",
                            "io.sallyport.node..");

    @ArchTest
    static final ArchRule nobodyAsksTheSystemClock =
            noClasses().should().callMethod(Instant.class, "now");
}
