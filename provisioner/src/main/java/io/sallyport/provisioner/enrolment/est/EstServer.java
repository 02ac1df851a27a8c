package io.sallyport.provisioner.enrolment.est;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.sallyport.pki.est.CsrAttributes;
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.provisioner.access.OnEnrolmentListener;
import io.sallyport.provisioner.authority.TrustedCertificates;
import io.sallyport.provisioner.enrolment.Applicant;
import io.sallyport.provisioner.problem.ProblemException;
import io.sallyport.provisioner.problem.ProblemException.Kind;
import io.swagger.v3.oas.annotations.Hidden;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.security.SecurityRequirement;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Stream;

/**
 * The operations of EST, the same for each authority that has devices enrolled with it; a subclass
 * says under which path, and for whom (RFC 7030 section 3.2.2). Every method blocks.
 */
abstract class EstServer {
    private final TrustedCertificates trusted;
    private final AuthorityProfile purpose;
    private final Enrolments enrolments;

    /** Who decides which certificate an applicant gets. */
    interface Enrolments {
        /**
         * Certifies the key of a request.
         *
         * @param request PKCS#10 in DER, as it was sent
         */
        X509Certificate enrol(Applicant applicant, byte[] request);
    }

    EstServer(TrustedCertificates trusted, AuthorityProfile purpose, Enrolments enrolments) {
        this.trusted = trusted;
        this.purpose = purpose;
        this.enrolments = enrolments;
    }

    /**
     * What a device trusts: the roots, and who issues its certificates (section 4.1); and what
     * former roots say of the keys of those that followed them ("new with old", section 4.1.3).
     */
    @Operation(operationId = "showTrust")
    @Get("/cacerts")
    @OnEnrolmentListener
    @Produces(EstDocuments.PKCS7)
    HttpResponse<byte[]> authorities() {
        return EstDocuments.message(
                Stream.of(trusted.roots(), trusted.accepted(purpose), trusted.newWithOld())
                        .flatMap(List::stream)
                        .toList());
    }

    /** What a request should look like (section 4.5). */
    @Operation(operationId = "showAttributes")
    @Get("/csrattrs")
    @OnEnrolmentListener
    @Produces(EstDocuments.CSR_ATTRIBUTES)
    HttpResponse<byte[]> attributes() {
        return EstDocuments.encoded(CsrAttributes.preferringP256());
    }

    /**
     * A certificate for a device that shows an enrolment secret of its tunnel or teleworker by HTTP
     * Basic (section 4.2.1).
     */
    @Operation(operationId = "enrol")
    @SecurityRequirement(name = "deviceSecret")
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
                                                "expected HTTP Basic: the identity of the branch or"
                                                    + " teleworker and an enrolment secret of it"));
        return issued(applicant, request);
    }

    /**
     * A new certificate for a device that shows its present one in TLS (section 4.2.2); one of a
     * teleworker also for a while after its end. The request has the same subject and the same
     * subject alternative names; a new key is the better choice.
     */
    @Operation(operationId = "renew")
    @Post("/simplereenroll")
    @OnEnrolmentListener
    @Consumes(EstDocuments.PKCS10)
    @Produces(EstDocuments.CERTS_ONLY)
    HttpResponse<byte[]> renew(
            @Parameter(hidden = true) HttpRequest<?> http, @Body byte[] request) {
        return issued(Applicant.CertificateHolder.of(http), request);
    }

    private HttpResponse<byte[]> issued(Applicant applicant, byte[] request) {
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
