package io.sallyport.provisioner.enrolment;

import io.micronaut.context.BeanProvider;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.sallyport.provisioner.access.Allow;
import io.sallyport.provisioner.access.Caller;
import io.sallyport.provisioner.access.Role;
import io.sallyport.provisioner.listener.Listeners;
import io.sallyport.provisioner.problem.FieldErrors;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.UUID;

/** One-time secrets with which the devices of branches enrol over EST. */
@Controller("/v1/tunnels/{id}/enrolment-secrets")
@ExecuteOn(TaskExecutors.BLOCKING)
class EnrolmentSecretController {
    private static final Duration USUAL = Duration.ofDays(1);
    private static final Duration AT_LEAST = Duration.ofMinutes(1);
    private static final Duration AT_MOST = Duration.ofDays(30);

    private final EnrolmentSecrets secrets;
    private final BeanProvider<Listeners> listeners;

    EnrolmentSecretController(EnrolmentSecrets secrets, BeanProvider<Listeners> listeners) {
        this.secrets = secrets;
        this.listeners = listeners;
    }

    /**
     * What secret is wanted.
     *
     * @param validFor ISO 8601 duration, one minute to 30 days; a day if absent
     */
    record NewSecret(@Nullable String validFor) {}

    /**
     * What a device enrols with: HTTP Basic at {@code simpleenroll} (RFC 7030), once.
     *
     * @param username the identity of the branch or teleworker
     * @param secret shown this once
     * @param expiresAt the secret is dead from then on
     * @param estUrl for a branch scheme, host and port, before {@code /.well-known/est/}; for a
     *     teleworker all that is before {@code /simpleenroll}
     */
    record SecretView(String username, String secret, Instant expiresAt, URI estUrl) {
        @Override
        public String toString() {
            return "SecretView[username=%s]".formatted(username);
        }
    }

    /**
     * Makes a secret with which one device can enrol: a new one, or one whose certificate has
     * ended. The secret before it is dead at once. Until it is used nothing changes; then the
     * tunnel's former certificates are revoked.
     */
    @Operation(operationId = "makeBranchEnrolmentSecret")
    @Post
    @Allow(Role.CUSTOMER)
    @Status(HttpStatus.CREATED)
    HttpResponse<SecretView> make(
            @Parameter(hidden = true) Caller caller,
            @PathVariable UUID id,
            @Body @Nullable NewSecret body) {
        EnrolmentSecrets.Made made =
                secrets.make(caller.requireCustomer().id(), id, validFor(body));
        return HttpResponse.<SecretView>status(HttpStatus.CREATED)
                .body(
                        new SecretView(
                                made.tunnel().identity().value(),
                                made.secret().reveal(),
                                made.expiresAt(),
                                listeners.get().enrolmentUrl()))
                .header(HttpHeaders.CACHE_CONTROL, "no-store");
    }

    /** The typed duration, or a day. */
    static Duration validFor(@Nullable NewSecret body) {
        if (body == null || body.validFor() == null) {
            return USUAL;
        }
        FieldErrors errors = new FieldErrors();
        Duration duration =
                errors.required("validFor", body.validFor(), EnrolmentSecretController::duration)
                        .orElse(USUAL);
        errors.throwIfAny();
        return duration;
    }

    private static Duration duration(String text) {
        Duration duration;
        try {
            duration = Duration.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("expected a duration such as PT24H", e);
        }
        if (duration.compareTo(AT_LEAST) < 0 || duration.compareTo(AT_MOST) > 0) {
            throw new IllegalArgumentException("expected one minute to 30 days");
        }
        return duration;
    }
}
