package io.sallyport.provisioner.teleworker;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.sallyport.pki.profile.EndEntityProfile;
import io.sallyport.provisioner.access.Allow;
import io.sallyport.provisioner.access.Caller;
import io.sallyport.provisioner.access.Role;
import io.sallyport.provisioner.problem.FieldErrors;
import io.sallyport.provisioner.teleworker.TeleworkerViews.CertificateList;
import io.sallyport.provisioner.teleworker.TeleworkerViews.CertificateView;
import io.sallyport.provisioner.teleworker.TeleworkerViews.IssuedCertificateView;
import io.sallyport.provisioner.teleworker.TeleworkerViews.PasswordView;
import io.sallyport.provisioner.teleworker.TeleworkerViews.TotpView;
import io.sallyport.provisioner.totp.Totp;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;

import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.UUID;

/** What a teleworker proves itself by. What is made here is shown once. */
@Controller("/v1/teleworkers/{id}")
@ExecuteOn(TaskExecutors.BLOCKING)
class CredentialController {
    private static final String NO_STORE = "no-store";

    /** More than the hour that a certificate is backdated. */
    private static final Duration LIFETIME_AT_LEAST = Duration.ofHours(2);

    private final Teleworkers teleworkers;
    private final TeleworkerCertificates certificates;
    private final Passwords passwords;
    private final SecureRandom random;

    CredentialController(
            Teleworkers teleworkers,
            TeleworkerCertificates certificates,
            Passwords passwords,
            SecureRandom random) {
        this.teleworkers = teleworkers;
        this.certificates = certificates;
        this.passwords = passwords;
        this.random = random;
    }

    /**
     * Another password.
     *
     * @param password 12 characters or more; made here if absent
     */
    record NewPassword(@Nullable String password) {
        @Override
        public String toString() {
            return "NewPassword[hidden]";
        }
    }

    /**
     * Another certificate: for the key of a request, or with a key made here.
     *
     * @param csr PKCS#10 request in PEM
     * @param generateKey makes a key, handed over as PKCS#12 this once
     * @param validFor ISO 8601 duration, two hours to 398 days; 24 hours if absent. Nothing renews
     *     it: longer is for clients that cannot enrol over EST
     */
    record NewCertificate(
            @Nullable String csr, @Nullable Boolean generateKey, @Nullable String validFor) {}

    /** Sets another password; sessions go on. */
    @Operation(operationId = "setTeleworkerPassword")
    @Post("/password")
    @Allow(Role.CUSTOMER)
    HttpResponse<PasswordView> password(
            @Parameter(hidden = true) Caller caller,
            @PathVariable UUID id,
            @Body NewPassword typed) {
        UUID customer = caller.requireCustomer().id();
        teleworkers.find(customer, id);
        var errors = new FieldErrors();
        if (typed.password() != null) {
            errors.required("password", typed.password(), NewTeleworker::password);
        }
        errors.throwIfAny();
        Passwords.Chosen chosen = passwords.choose(typed.password());
        teleworkers.password(customer, id, chosen.hash());
        return HttpResponse.ok(new PasswordView(chosen.generated().orElse(null)))
                .header(HttpHeaders.CACHE_CONTROL, NO_STORE);
    }

    /** Makes another secret for one-time passwords; the one before it is dead. */
    @Operation(operationId = "renewTeleworkerTotp")
    @Post("/totp")
    @Allow(Role.CUSTOMER)
    HttpResponse<TotpView> totp(@Parameter(hidden = true) Caller caller, @PathVariable UUID id) {
        Totp secret = Totp.random(random);
        Teleworker teleworker =
                teleworkers.totp(caller.requireCustomer().id(), id, Optional.of(secret));
        return HttpResponse.ok(TotpView.of(secret, teleworker.username()))
                .header(HttpHeaders.CACHE_CONTROL, NO_STORE);
    }

    /** Takes the secret for one-time passwords away. */
    @Operation(operationId = "removeTeleworkerTotp")
    @Delete("/totp")
    @Allow(Role.CUSTOMER)
    @Status(HttpStatus.NO_CONTENT)
    void removeTotp(@Parameter(hidden = true) Caller caller, @PathVariable UUID id) {
        teleworkers.totp(caller.requireCustomer().id(), id, Optional.empty());
    }

    /** Issues a client certificate. */
    @Operation(operationId = "issueTeleworkerCertificate")
    @Post("/certificates")
    @Allow(Role.CUSTOMER)
    @Status(HttpStatus.CREATED)
    HttpResponse<IssuedCertificateView> issue(
            @Parameter(hidden = true) Caller caller,
            @PathVariable UUID id,
            @Body NewCertificate typed) {
        UUID customer = caller.requireCustomer().id();
        boolean generate = Boolean.TRUE.equals(typed.generateKey());
        var errors = new FieldErrors();
        if (generate == (typed.csr() != null)) {
            errors.add("csr", "expected either a PKCS#10 request or \"generateKey\": true");
        }
        Duration lifetime =
                typed.validFor() == null
                        ? EndEntityProfile.TELEWORKER.lifetime()
                        : errors.required(
                                        "validFor",
                                        typed.validFor(),
                                        CredentialController::lifetime)
                                .orElse(Duration.ZERO);
        errors.throwIfAny();
        IssuedCertificateView issued =
                IssuedCertificateView.of(
                        generate
                                ? certificates.issue(customer, id, lifetime)
                                : certificates.issue(customer, id, lifetime, typed.csr()));
        return HttpResponse.created(
                        issued,
                        URI.create("/v1/teleworkers/%s/certificates/%s".formatted(id, issued.id())))
                .header(HttpHeaders.CACHE_CONTROL, NO_STORE);
    }

    private static Duration lifetime(String text) {
        Duration lifetime;
        try {
            lifetime = Duration.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("expected a duration such as P90D", e);
        }
        if (lifetime.compareTo(LIFETIME_AT_LEAST) < 0
                || lifetime.compareTo(EndEntityProfile.LIFETIME_AT_MOST) > 0) {
            throw new IllegalArgumentException("expected two hours to 398 days");
        }
        return lifetime;
    }

    /** Lists the client certificates, also those that are over. */
    @Operation(operationId = "listTeleworkerCertificates")
    @Get("/certificates")
    @Allow(Role.CUSTOMER)
    CertificateList list(@Parameter(hidden = true) Caller caller, @PathVariable UUID id) {
        return new CertificateList(
                certificates.of(caller.requireCustomer().id(), id).stream()
                        .map(CertificateView::of)
                        .toList());
    }

    /**
     * Revokes a client certificate and, if a device enrolled for it, all that this device has,
     * which cannot renew any more: gateways hear of it within seconds, and end the sessions that
     * they opened.
     */
    @Operation(operationId = "revokeTeleworkerCertificate")
    @Delete("/certificates/{certificate}")
    @Allow(Role.CUSTOMER)
    @Status(HttpStatus.NO_CONTENT)
    void revoke(
            @Parameter(hidden = true) Caller caller,
            @PathVariable UUID id,
            @PathVariable UUID certificate) {
        certificates.revoke(caller.requireCustomer().id(), id, certificate);
    }
}
