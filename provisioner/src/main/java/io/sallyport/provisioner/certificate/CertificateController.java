package io.sallyport.provisioner.certificate;

import com.fasterxml.jackson.annotation.JsonInclude;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.sallyport.provisioner.access.Allow;
import io.sallyport.provisioner.access.Caller;
import io.sallyport.provisioner.access.Role;
import io.sallyport.provisioner.problem.FieldErrors;
import io.sallyport.provisioner.problem.ProblemException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;

import java.math.BigInteger;
import java.security.cert.CRLReason;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** What was issued. A customer sees those of its branches and teleworkers, an operator all. */
@Controller("/v1/certificates")
@ExecuteOn(TaskExecutors.BLOCKING)
class CertificateController {
    private static final int PAGE_AT_MOST = 500;

    private final IssuedCertificates certificates;
    private final Clock clock;

    CertificateController(IssuedCertificates certificates, Clock clock) {
        this.certificates = certificates;
        this.clock = clock;
    }

    /** Where a certificate is in its life. */
    enum State {
        VALID,
        REVOKED,
        EXPIRED
    }

    /** Why a certificate is revoked (RFC 5280 section 5.3.1). */
    enum Reason {
        UNSPECIFIED,
        /** Somebody else has the key, or may have it. */
        KEY_COMPROMISE,
        AFFILIATION_CHANGED,
        /** There is another one. A live tunnel is left alone. */
        SUPERSEDED,
        CESSATION_OF_OPERATION,
        PRIVILEGE_WITHDRAWN
    }

    /**
     * A certificate.
     *
     * @param serial hexadecimal
     * @param purpose its profile, such as BRANCH or TLS_CLIENT
     * @param identity whose it is
     * @param issuer common name of the authority
     * @param reason why it was revoked, as in RFC 5280 section 5.3.1; null while it is not
     * @param pem the certificate; not in lists
     */
    record CertificateView(
            String serial,
            String purpose,
            String identity,
            String issuer,
            Instant notBefore,
            Instant notAfter,
            Instant issuedAt,
            State state,
            @Nullable Instant revokedAt,
            @Nullable String reason,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String pem) {}

    /**
     * A page of certificates.
     *
     * @param next what to pass as {@code after} for the next page; null on the last one
     */
    record CertificateList(List<CertificateView> certificates, @Nullable String next) {}

    /**
     * Why.
     *
     * @param reason one of the names of {@link Reason}
     */
    record Revocation(@Schema(implementation = Reason.class) @Nullable String reason) {}

    /**
     * Those that were issued, the newest first.
     *
     * @param after serial number of the last one seen
     * @param purpose only these, such as BRANCH
     * @param identity only those of this identity
     */
    @Operation(operationId = "listCertificates")
    @Get
    @Allow({Role.OPERATOR, Role.CUSTOMER})
    CertificateList list(
            @Parameter(hidden = true) Caller caller,
            @QueryValue @Nullable String after,
            @QueryValue(defaultValue = "100") int limit,
            @QueryValue @Nullable String purpose,
            @QueryValue @Nullable String identity) {
        FieldErrors errors = new FieldErrors();
        if (limit < 1 || limit > PAGE_AT_MOST) {
            errors.add("limit", "expected 1 to %d, got %d".formatted(PAGE_AT_MOST, limit));
        }
        Optional<String> last =
                after == null
                        ? Optional.empty()
                        : errors.required("after", after, CertificateController::serialNumber);
        errors.throwIfAny();
        List<IssuedCertificate> page =
                certificates.page(
                        customer(caller),
                        Optional.ofNullable(purpose).map(CertificateController::profile),
                        Optional.ofNullable(identity),
                        last,
                        limit);
        return new CertificateList(
                page.stream().map(found -> view(found, false)).toList(),
                page.size() < limit ? null : page.getLast().serialNumber());
    }

    /** One of them, whole. */
    @Operation(operationId = "showCertificate")
    @Get("/{serial}")
    @Allow({Role.OPERATOR, Role.CUSTOMER})
    CertificateView show(@Parameter(hidden = true) Caller caller, @PathVariable String serial) {
        return view(certificates.find(customer(caller), asked(serial)), true);
    }

    /**
     * Revokes it, for good. It is in the CRL and in OCSP answers at once; a branch loses its live
     * tunnel within seconds, unless the reason is that it was superseded.
     */
    @Operation(operationId = "revokeCertificate")
    @Post("/{serial}/revocation")
    @Allow({Role.OPERATOR, Role.CUSTOMER})
    CertificateView revoke(
            @Parameter(hidden = true) Caller caller,
            @PathVariable String serial,
            @Body Revocation revocation) {
        FieldErrors errors = new FieldErrors();
        Optional<CRLReason> reason =
                errors.required("reason", revocation.reason(), CertificateController::reason);
        errors.throwIfAny();
        return view(
                certificates.revoke(customer(caller), asked(serial), reason.orElseThrow()), true);
    }

    private CertificateView view(IssuedCertificate found, boolean whole) {
        State state =
                found.revokedAt().isPresent()
                        ? State.REVOKED
                        : clock.instant().isAfter(found.notAfter()) ? State.EXPIRED : State.VALID;
        return new CertificateView(
                found.serialNumber(),
                purpose(found.profile()),
                found.identity(),
                found.issuer(),
                found.notBefore(),
                found.notAfter(),
                found.issuedAt(),
                state,
                found.revokedAt().orElse(null),
                found.reason().orElse(null),
                whole ? found.pem() : null);
    }

    private static Optional<UUID> customer(Caller caller) {
        return switch (caller) {
            case Caller.Customer(UUID id) -> Optional.of(id);
            case Caller.Operator _ -> Optional.empty();
        };
    }

    private static String asked(String serial) {
        try {
            return serialNumber(serial);
        } catch (IllegalArgumentException e) {
            throw ProblemException.of(ProblemException.Kind.NOT_FOUND, e.getMessage());
        }
    }

    /** As tools print it: any case, with leading zeros or colons. */
    private static String serialNumber(String text) {
        if (!text.matches("(?i)[0-9a-f]{1,2}(:?[0-9a-f]{1,2}){0,24}")) {
            throw new IllegalArgumentException("expected a serial number in hexadecimal digits");
        }
        return new BigInteger(text.replace(":", ""), 16).toString(16);
    }

    private static CRLReason reason(String text) {
        return Arrays.stream(Reason.values())
                .map(Reason::name)
                .filter(text::equals)
                .findFirst()
                .map(CRLReason::valueOf)
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "expected one of " + List.of(Reason.values())));
    }

    private static String purpose(String profile) {
        return profile.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    private static String profile(String purpose) {
        return purpose.toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
