package io.sallyport.provisioner.certificate;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.sallyport.pki.pem.Pem;
import io.sallyport.provisioner.access.Allow;
import io.sallyport.provisioner.access.Role;
import io.sallyport.provisioner.authority.AuthorityState;
import io.sallyport.provisioner.authority.KnownAuthorities.Known;
import io.swagger.v3.oas.annotations.Operation;

import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** The authorities. */
@Controller("/v1/authorities")
@ExecuteOn(TaskExecutors.BLOCKING)
class AuthorityController {
    private final IssuedCertificates certificates;

    AuthorityController(IssuedCertificates certificates) {
        this.certificates = certificates;
    }

    /**
     * An authority.
     *
     * @param purpose ROOT, SITES, INTERNAL, GATEWAYS or TELEWORKERS
     * @param subject its common name
     * @param acceptedUntil of a retired one: its certificates are good until then; null while that
     *     is not decided
     * @param sha256 of its certificate, hexadecimal: what people compare
     * @param issued how many of its certificates have not expired
     * @param crl where its CRL is; null if that is not published
     * @param ocsp where its OCSP responder is; null if that is not published
     * @param pem its certificate
     */
    record AuthorityView(
            String purpose,
            String subject,
            Instant notBefore,
            Instant notAfter,
            AuthorityState state,
            @Nullable Instant acceptedUntil,
            String sha256,
            long issued,
            @Nullable URI crl,
            @Nullable URI ocsp,
            String pem) {}

    /** All of them. */
    record AuthorityList(List<AuthorityView> authorities) {}

    /** The root first. */
    @Operation(operationId = "listAuthorities")
    @Get
    @Allow({Role.OPERATOR, Role.CUSTOMER})
    AuthorityList list() {
        return new AuthorityList(
                certificates.authorities().stream()
                        .map(each -> view(each.known(), each.issued()))
                        .toList());
    }

    private static AuthorityView view(Known known, long issued) {
        X509Certificate certificate = known.certificate();
        return new AuthorityView(
                known.purpose().toUpperCase(Locale.ROOT),
                known.name(),
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant(),
                known.state(),
                known.acceptedUntil().orElse(null),
                sha256(certificate),
                issued,
                known.crl().orElse(null),
                known.ocsp().orElse(null),
                Pem.encode(certificate));
    }

    private static String sha256(X509Certificate certificate) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
            throw new IllegalStateException("a certificate without fingerprint", e);
        }
    }
}
