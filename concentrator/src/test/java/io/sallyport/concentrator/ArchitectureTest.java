package io.sallyport.concentrator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import java.time.Instant;

@AnalyzeClasses(
        packages = "io.sallyport.concentrator",
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule packagesFormNoCycle =
            slices().matching("io.sallyport.concentrator.(*)..").should().beFreeOfCycles();

    /** No framework, and no module of the product but those the drawing allows. */
    @ArchTest
    static final ArchRule onlyTheJdkAndViciAndWhatNodesShareAreUsed =
            classes()
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            "java..",
                            "javax.net.ssl..",
                            "io.sallyport.vici..",
                            "io.sallyport.node..",
                            "io.sallyport.wire..",
                            "io.sallyport.concentrator..");

    @ArchTest
    static final ArchRule nobodyUsesBouncyCastle =
            noClasses().should().dependOnClassesThat().resideInAPackage("org.bouncycastle..");

    @ArchTest
    static final ArchRule nobodyAsksTheSystemClock =
            noClasses().should().callMethod(Instant.class, "now");
}
