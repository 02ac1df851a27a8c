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
import io.sallyport.pki.est.CertsOnlyMessage;
import io.sallyport.pki.est.CsrAttributes;
import io.sallyport.provisioner.access.OnEnrolmentListener;
import io.sallyport.provisioner.authority.SiteCertificates;
import io.sallyport.provisioner.enrolment.Applicant;
import io.sallyport.provisioner.enrolment.BranchEnrolments;
import io.sallyport.provisioner.problem.ProblemException;
import io.sallyport.provisioner.problem.ProblemException.Kind;
import io.swagger.v3.oas.annotations.Hidden;
import io.swagger.v3.oas.annotations.Parameter;

import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/**
 * The EST server (RFC 7030 section 3.2.2), on the listener for enrolment. Everything that is sent
 * in either direction is base64 of DER (RFC 8951 section 3.1); the header that says so is for older
 * clients.
 */
@Controller("/.well-known/est")
@ExecuteOn(TaskExecutors.BLOCKING)
class EstController {
    private static final String PKCS7 = "application/pkcs7-mime";
    private static final String CERTS_ONLY = PKCS7 + "; smime-type=certs-only";
    private static final String PKCS10 = "application/pkcs10";
    private static final String CSR_ATTRIBUTES = "application/csrattrs";
    private static final String TRANSFER_ENCODING = "Content-Transfer-Encoding";

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
    @Produces(PKCS7)
    HttpResponse<byte[]> authorities() {
        return message(
                Stream.concat(
                                certificates.trusted().stream()
                                        .map(SiteCertificates.Trusted::certificate),
                                certificates.newWithOld().stream())
                        .toList());
    }

    /** What a request should look like (section 4.5). */
    @Get("/csrattrs")
    @OnEnrolmentListener
    @Produces(CSR_ATTRIBUTES)
    HttpResponse<byte[]> attributes() {
        return encoded(CsrAttributes.preferringP256());
    }

    /**
     * A certificate for a device that shows a tunnel's enrolment secret by HTTP Basic (section
     * 4.2.1).
     */
    @Post("/simpleenroll")
    @OnEnrolmentListener
    @Consumes(PKCS10)
    @Produces(CERTS_ONLY)
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
        return message(List.of(enrolments.enrol(applicant, decoded(request))));
    }

    /**
     * A new certificate for a device that shows its present one in TLS (section 4.2.2). The request
     * has the same subject and the same subject alternative names; a new key is the better choice.
     */
    @Post("/simplereenroll")
    @OnEnrolmentListener
    @Consumes(PKCS10)
    @Produces(CERTS_ONLY)
    HttpResponse<byte[]> renew(
            @Parameter(hidden = true) HttpRequest<?> http, @Body byte[] request) {
        Applicant applicant = Applicant.CertificateHolder.of(http);
        return message(List.of(enrolments.enrol(applicant, decoded(request))));
    }

    /** Keys are made where they are used (section 4.4 is optional). */
    @Hidden
    @Post("/serverkeygen")
    @OnEnrolmentListener
    @Consumes(PKCS10)
    HttpResponse<byte[]> makeKey() {
        throw notOffered("keys are not made here: make one on the device and use simpleenroll");
    }

    /** Section 4.3 is optional. */
    @Hidden
    @Post("/fullcmc")
    @OnEnrolmentListener
    @Consumes(PKCS7)
    HttpResponse<byte[]> fullCmc() {
        throw notOffered("full CMC is not spoken here: use simpleenroll");
    }

    private static ProblemException notOffered(String why) {
        return ProblemException.of(Kind.NOT_IMPLEMENTED, why);
    }

    private static byte[] decoded(byte[] base64) {
        try {
            // The decoder for MIME would pass over everything that is not base64.
            return Base64.getDecoder().decode(withoutWhiteSpace(base64));
        } catch (IllegalArgumentException e) {
            throw ProblemException.of(
                    Kind.MALFORMED_REQUEST,
                    "body",
                    "expected a PKCS#10 request, DER in base64 (RFC 8951 section 3.1)");
        }
    }

    private static String withoutWhiteSpace(byte[] base64) {
        StringBuilder text = new StringBuilder(base64.length);
        for (byte octet : base64) {
            char character = (char) Byte.toUnsignedInt(octet);
            if (character != ' ' && character != '\t' && character != '\r' && character != '\n') {
                text.append(character);
            }
        }
        return text.toString();
    }

    private static HttpResponse<byte[]> message(List<X509Certificate> certificates) {
        return encoded(CertsOnlyMessage.encode(certificates));
    }

    private static HttpResponse<byte[]> encoded(byte[] der) {
        // In one line (RFC 4648 section 3.1): strongSwan 5.9.8 takes line ends for data.
        return HttpResponse.ok(Base64.getEncoder().encode(der)).header(TRANSFER_ENCODING, "base64");
    }
}
