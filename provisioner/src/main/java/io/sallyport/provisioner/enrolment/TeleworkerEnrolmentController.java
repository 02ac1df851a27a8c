package io.sallyport.provisioner.enrolment;

import io.micronaut.context.BeanProvider;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.sallyport.provisioner.access.Allow;
import io.sallyport.provisioner.access.Caller;
import io.sallyport.provisioner.access.Role;
import io.sallyport.provisioner.authority.TrustedCertificates;
import io.sallyport.provisioner.deviceconfig.ConnectScript;
import io.sallyport.provisioner.enrolment.EnrolmentSecretController.NewSecret;
import io.sallyport.provisioner.enrolment.EnrolmentSecretController.SecretView;
import io.sallyport.provisioner.listener.Listeners;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;

import java.util.UUID;

/** What a teleworker needs to enrol a computer over EST. */
@Controller("/v1/teleworkers/{id}")
@ExecuteOn(TaskExecutors.BLOCKING)
class TeleworkerEnrolmentController {
    private final TeleworkerSecrets secrets;
    private final TrustedCertificates trusted;
    private final BeanProvider<Listeners> listeners;

    TeleworkerEnrolmentController(
            TeleworkerSecrets secrets,
            TrustedCertificates trusted,
            BeanProvider<Listeners> listeners) {
        this.secrets = secrets;
        this.trusted = trusted;
        this.listeners = listeners;
    }

    /**
     * Makes a secret with which one device can enrol. The secret before it is dead at once. What
     * the teleworker has stays good: a person may have several devices, and a lost one is revoked.
     */
    @Operation(operationId = "makeTeleworkerEnrolmentSecret")
    @Post("/enrolment-secrets")
    @Allow(Role.CUSTOMER)
    @Status(HttpStatus.CREATED)
    HttpResponse<SecretView> make(
            @Parameter(hidden = true) Caller caller,
            @PathVariable UUID id,
            @Body @Nullable NewSecret body) {
        TeleworkerSecrets.Made made =
                secrets.make(
                        caller.requireCustomer().id(),
                        id,
                        EnrolmentSecretController.validFor(body));
        return HttpResponse.<SecretView>status(HttpStatus.CREATED)
                .body(
                        new SecretView(
                                made.identity().text(),
                                made.secret().reveal(),
                                made.expiresAt(),
                                listeners.get().teleworkerEnrolmentUrl()))
                .header(HttpHeaders.CACHE_CONTROL, "no-store");
    }

    /**
     * A script for the teleworker's computer: it enrols with a secret, renews by itself and becomes
     * the stock openconnect. It has no secret, and the roots that there are now.
     */
    @Operation(operationId = "showConnectScript")
    @Get("/connect-script")
    @Allow(Role.CUSTOMER)
    @Produces("text/x-shellscript")
    HttpResponse<String> script(@Parameter(hidden = true) Caller caller, @PathVariable UUID id) {
        String script =
                ConnectScript.of(
                        listeners.get().teleworkerEnrolmentUrl(),
                        secrets.identity(caller.requireCustomer().id(), id).text(),
                        trusted.roots());
        return HttpResponse.ok(script)
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        "attachment; filename=\"sallyport-connect\"");
    }
}
