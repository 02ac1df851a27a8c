package io.sallyport.gateway;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import java.io.InputStream;

/** What the code that strangers talk to may use. */
@AnalyzeClasses(
        packages = "io.sallyport.gateway",
        importOptions = {ImportOption.DoNotIncludeTests.class, ImportOption.DoNotIncludeJars.class})
class PreLoginArchitectureTest {
    private static final String[] PRE_LOGIN = {
        "..gateway.http..", "..gateway.login..", "..gateway.cstp.."
    };

    @ArchTest
    static final ArchRule whatStrangersReachUsesNoMoreThanThis =
            classes()
                    .that()
                    .resideInAnyPackage(PRE_LOGIN)
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            "java.lang",
                            "java.lang.runtime",
                            "java.lang.invoke",
                            "java.io",
                            "java.net",
                            "java.nio",
                            "java.nio.charset",
                            "java.security.cert",
                            "java.time",
                            "java.util",
                            "java.util.concurrent",
                            "java.util.function",
                            "java.util.regex",
                            "java.util.stream",
                            "io.sallyport.wire",
                            "io.sallyport.gateway.http",
                            "io.sallyport.gateway.login",
                            "io.sallyport.gateway.cstp",
                            "io.sallyport.gateway.tls");

    @ArchTest
    static final ArchRule whatStrangersReachOpensNoFilesSocketsOrObjects =
            noClasses()
                    .that()
                    .resideInAnyPackage(PRE_LOGIN)
                    .should()
                    .dependOnClassesThat()
                    .haveNameMatching(
                            "java\\.io\\.(File.*|Object.*|RandomAccess.*)"
                                    + "|java\\.net\\.(.*Socket|URL.*|URI)"
                                    + "|java\\.lang\\.(Runtime|Process.*|ClassLoader)"
                                    + "|java\\.util\\.(ServiceLoader|ResourceBundle)");

    @ArchTest
    static final ArchRule onlyTheRequestReaderReadsWhatStrangersSend =
            noClasses()
                    .that()
                    .resideInAnyPackage(PRE_LOGIN)
                    .and()
                    .doNotHaveSimpleName("RequestReader")
                    .should()
                    .callMethodWhere(target(owner(assignableTo(InputStream.class))));

    @ArchTest
    static final ArchRule onlyOneClassReadsCertificatesOfClients =
            noClasses()
                    .that()
                    .resideInAnyPackage(
                            "..gateway.tls..", "..gateway.datapath..", "..gateway.cstp..")
                    .and()
                    .doNotHaveSimpleName("ClientChains")
                    .should()
                    .dependOnClassesThat()
                    .haveFullyQualifiedName("java.security.cert.CertificateFactory");

    @ArchTest
    static final ArchRule protocolsKnowNothingOfTheirUsers =
            noClasses()
                    .that()
                    .resideInAPackage("..gateway.http..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("..gateway.login..", "..gateway.cstp..");
}
