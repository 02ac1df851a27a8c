package io.sallyport.provisioner.enrolment.est;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.sallyport.pki.est.CsrAttributes;
import io.sallyport.provisioner.access.OnEnrolmentListener;
import io.sallyport.provisioner.authority.SiteCertificates;
import io.sallyport.provisioner.enrolment.Applicant;
import io.sallyport.provisioner.enrolment.BranchEnrolments;
import io.sallyport.provisioner.problem.ProblemException;
import io.sallyport.provisioner.problem.ProblemException.Kind;
import io.swagger.v3.oas.annotations.Hidden;
import io.swagger.v3.oas.annotations.Parameter;

import java.util.List;
import java.util.stream.Stream;

/** The EST server for branches (RFC 7030 section 3.2.2), on the listener for enrolment. */
@Controller("/.well-known/est")
@ExecuteOn(TaskExecutors.BLOCKING)
class EstController {
    private final BranchEnrolments enrolments;
    private final SiteCertificates certificates;

    EstController(BranchEnrolments enrolments, SiteCertificates certificates) {
        this.enrolments = enrolments;
        this.certificates = certificates;
    }

    /**
     * What a branch trusts: the roots, and who issues its certificates (section 4.1); and what
     * former roots say of the keys of those that followed them ("new with old", section 4.1.3).
     */
    @Get("/cacerts")
    @OnEnrolmentListener
    @Produces(EstDocuments.PKCS7)
    HttpResponse<byte[]> authorities() {
        return EstDocuments.message(
                Stream.concat(
                                certificates.trusted().stream()
                                        .map(SiteCertificates.Trusted::certificate),
                                certificates.newWithOld().stream())
                        .toList());
    }

    /** What a request should look like (section 4.5). */
    @Get("/csrattrs")
    @OnEnrolmentListener
    @Produces(EstDocuments.CSR_ATTRIBUTES)
    HttpResponse<byte[]> attributes() {
        return EstDocuments.encoded(CsrAttributes.preferringP256());
    }

    /**
     * A certificate for a device that shows a tunnel's enrolment secret by HTTP Basic (section
     * 4.2.1).
     */
    @Post("/simpleenroll")
    @OnEnrolmentListener
    @Consumes(EstDocuments.PKCS10)
    @Produces(EstDocuments.CERTS_ONLY)
    HttpResponse<byte[]> enrol(
            @Nullable @Header(HttpHeaders.AUTHORIZATION) String authorization,
            @Body byte[] request) {
        Applicant applicant =
                BasicCredentials.applicant(authorization)
                        .orElseThrow(
                                () ->
                                        ProblemException.of(
                                                Kind.UNAUTHENTICATED,
                                                "expected HTTP Basic: the branch's identity and an"
                                                        + " enrolment secret of its tunnel"));
        return EstDocuments.message(
                List.of(enrolments.enrol(applicant, EstDocuments.decoded(request))));
    }

    /**
     * A new certificate for a device that shows its present one in TLS (section 4.2.2). The request
     * has the same subject and the same subject alternative names; a new key is the better choice.
     */
    @Post("/simplereenroll")
    @OnEnrolmentListener
    @Consumes(EstDocuments.PKCS10)
    @Produces(EstDocuments.CERTS_ONLY)
    HttpResponse<byte[]> renew(
            @Parameter(hidden = true) HttpRequest<?> http, @Body byte[] request) {
        Applicant applicant = Applicant.CertificateHolder.of(http);
        return EstDocuments.message(
                List.of(enrolments.enrol(applicant, EstDocuments.decoded(request))));
    }

    /** Keys are made where they are used (section 4.4 is optional). */
    @Hidden
    @Post("/serverkeygen")
    @OnEnrolmentListener
    @Consumes(EstDocuments.PKCS10)
    HttpResponse<byte[]> makeKey() {
        throw notOffered("keys are not made here: make one on the device and use simpleenroll");
    }

    /** Section 4.3 is optional. */
    @Hidden
    @Post("/fullcmc")
    @OnEnrolmentListener
    @Consumes(EstDocuments.PKCS7)
    HttpResponse<byte[]> fullCmc() {
        throw notOffered("full CMC is not spoken here: use simpleenroll");
    }

    private static ProblemException notOffered(String why) {
        return ProblemException.of(Kind.NOT_IMPLEMENTED, why);
    }
}
