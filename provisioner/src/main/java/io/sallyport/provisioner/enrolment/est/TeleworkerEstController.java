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
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.provisioner.access.OnEnrolmentListener;
import io.sallyport.provisioner.authority.SiteCertificates;
import io.sallyport.provisioner.authority.TrustedCertificates;
import io.sallyport.provisioner.enrolment.Applicant;
import io.sallyport.provisioner.enrolment.TeleworkerEnrolments;
import io.sallyport.provisioner.problem.ProblemException;
import io.sallyport.provisioner.problem.ProblemException.Kind;
import io.swagger.v3.oas.annotations.Parameter;

import java.util.List;
import java.util.stream.Stream;

/**
 * The EST server for teleworkers: another authority than that of branches, told apart by a label in
 * the path (RFC 7030 section 3.2.2).
 */
@Controller("/.well-known/est/teleworkers")
@ExecuteOn(TaskExecutors.BLOCKING)
class TeleworkerEstController {
    private final TeleworkerEnrolments enrolments;
    private final TrustedCertificates trusted;
    private final SiteCertificates certificates;

    TeleworkerEstController(
            TeleworkerEnrolments enrolments,
            TrustedCertificates trusted,
            SiteCertificates certificates) {
        this.enrolments = enrolments;
        this.trusted = trusted;
        this.certificates = certificates;
    }

    /** As for branches (section 4.1), with who issues for teleworkers. */
    @Get("/cacerts")
    @OnEnrolmentListener
    @Produces(EstDocuments.PKCS7)
    HttpResponse<byte[]> authorities() {
        return EstDocuments.message(
                Stream.of(
                                trusted.roots(),
                                trusted.accepted(AuthorityProfile.TELEWORKERS),
                                certificates.newWithOld())
                        .flatMap(List::stream)
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
     * A certificate for a device that shows a teleworker's enrolment secret by HTTP Basic (section
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
                                                "expected HTTP Basic: the teleworker's identity and"
                                                        + " an enrolment secret"));
        return EstDocuments.message(
                List.of(enrolments.enrol(applicant, EstDocuments.decoded(request))));
    }

    /**
     * A new certificate for a device that shows its newest one in TLS (section 4.2.2), also for a
     * while after the end of that. The request has the same subject and the same subject
     * alternative names.
     */
    @Post("/simplereenroll")
    @OnEnrolmentListener
    @Consumes(EstDocuments.PKCS10)
    @Produces(EstDocuments.CERTS_ONLY)
    HttpResponse<byte[]> renew(
            @Parameter(hidden = true) HttpRequest<?> http, @Body byte[] request) {
        return EstDocuments.message(
                List.of(
                        enrolments.enrol(
                                Applicant.CertificateHolder.of(http),
                                EstDocuments.decoded(request))));
    }
}
