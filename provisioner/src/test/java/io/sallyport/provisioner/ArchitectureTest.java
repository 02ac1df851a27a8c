package io.sallyport.provisioner;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import io.micronaut.data.repository.GenericRepository;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.HttpMethodMapping;
import io.sallyport.provisioner.access.Allow;
import io.sallyport.provisioner.access.OnEnrolmentListener;
import io.sallyport.provisioner.access.OnInternalListener;
import io.sallyport.provisioner.access.Open;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;

@AnalyzeClasses(
        packages = "io.sallyport.provisioner",
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final DescribedPredicate<JavaAnnotation<?>> A_ROUTE =
            DescribedPredicate.describe(
                    "a route",
                    annotation ->
                            annotation.getRawType().isMetaAnnotatedWith(HttpMethodMapping.class));

    @ArchTest
    static final ArchRule featuresFormNoCycle =
            slices().matching("io.sallyport.provisioner.(*)..").should().beFreeOfCycles();

    /** Whatever else the product has, or will have, is met over the wire. */
    @ArchTest
    static final ArchRule ofTheProductOnlyTheWireAndPkiAreUsed =
            noClasses()
                    .should()
                    .dependOnClassesThat(
                            resideInAPackage("io.sallyport..")
                                    .and(
                                            resideOutsideOfPackages(
                                                    "io.sallyport.wire..",
                                                    "io.sallyport.pki..",
                                                    "io.sallyport.provisioner..")));

    @ArchTest
    static final ArchRule controllersDoNotTouchRepositories =
            noClasses()
                    .that()
                    .areAnnotatedWith(Controller.class)
                    .should()
                    .dependOnClassesThat(assignableTo(GenericRepository.class));

    @ArchTest
    static final ArchRule everyRouteSaysWhoMayUseIt =
            methods()
                    .that()
                    .areAnnotatedWith(A_ROUTE)
                    .should()
                    .beAnnotatedWith(Allow.class)
                    .orShould()
                    .beAnnotatedWith(Open.class)
                    .orShould()
                    .beAnnotatedWith(OnInternalListener.class)
                    .orShould()
                    .beAnnotatedWith(OnEnrolmentListener.class);

    @ArchTest
    static final ArchRule timeComesFromAClock =
            noClasses()
                    .should()
                    .callMethod(Instant.class, "now")
                    .orShould()
                    .callMethod(LocalDate.class, "now")
                    .orShould()
                    .callMethod(LocalDateTime.class, "now")
                    .orShould()
                    .callMethod(System.class, "currentTimeMillis");

    @ArchTest
    static final ArchRule onlyTheMainClassMakesAClock =
            noClasses()
                    .that()
                    .doNotHaveFullyQualifiedName(Provisioner.class.getName())
                    .should()
                    .callMethod(Clock.class, "systemUTC");

    @ArchTest
    static final ArchRule cryptographyIsTheBusinessOfPkiButForPasswords =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("..provisioner.password..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.bouncycastle..");

    @ArchTest
    static final ArchRule onlyPasswordsAreTheBusinessOfNativeCode =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("..provisioner.password..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("java.lang.foreign..");

    @ArchTest
    static final ArchRule onlyCustodyOpensAuthorities =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("..provisioner.authority..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.sallyport.pki.authority..");

    @ArchTest
    static final ArchRule mainClassIsUsedByNobody =
            classes()
                    .that()
                    .haveFullyQualifiedName(Provisioner.class.getName())
                    .should()
                    .onlyHaveDependentClassesThat(DescribedPredicate.<JavaClass>alwaysFalse());
}
