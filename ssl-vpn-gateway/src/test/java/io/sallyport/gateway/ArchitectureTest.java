package io.sallyport.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import java.time.Instant;

@AnalyzeClasses(
        packages = "io.sallyport.gateway",
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule packagesFormNoCycle =
            slices().matching("io.sallyport.gateway.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule onlyTlsUsesBouncyCastle =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("..gateway.tls..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.bouncycastle..");

    @ArchTest
    static final ArchRule onlyTheDataPathAndPrivilegesAreNative =
            noClasses()
                    .that()
                    .resideOutsideOfPackages("..gateway.datapath..", "..gateway.privilege..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("java.lang.foreign..");

    /** No framework, and no module of the product but those the drawing allows. */
    @ArchTest
    static final ArchRule theGatewayMeetsTheProvisionerOverTheWireOnly =
            classes()
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            "java..",
                            "javax.crypto..",
                            "javax.net.ssl..",
                            "javax.security.auth.x500..",
                            "javax.xml..",
                            "org.xml.sax..",
                            "org.w3c.dom..",
                            "com.sun.net.httpserver..",
                            "com.fasterxml.jackson.annotation..",
                            "org.bouncycastle..",
                            "io.sallyport.node..",
                            "io.sallyport.wire..",
                            "io.sallyport.gateway..");

    /** What meets the internet before login knows sessions by an interface of its own only. */
    @ArchTest
    static final ArchRule whatParsesBeforeLoginSeesNoSessionsAndNoProvisioner =
            noClasses()
                    .that()
                    .resideInAnyPackage("..gateway.http..", "..gateway.login..", "..gateway.cstp..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "..gateway.session..",
                            "..gateway.provisioner..",
                            "..gateway.admin..",
                            "io.sallyport.node..");

    @ArchTest
    static final ArchRule requestsAndDocumentsUseOnlyTheJdkAndTheWire =
            classes()
                    .that()
                    .resideInAnyPackage("..gateway.http..", "..gateway.login..")
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            "java..",
                            "javax.xml..",
                            "org.xml.sax..",
                            "org.w3c.dom..",
                            "io.sallyport.wire..",
                            "io.sallyport.gateway.http..",
                            "io.sallyport.gateway.login..",
                            "io.sallyport.gateway.tls..");

    @ArchTest
    static final ArchRule nobodyAsksTheSystemClock =
            noClasses().should().callMethod(Instant.class, "now");
}
