package io.sallyport.provisioner.enrolment;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.sallyport.provisioner.access.OnEnrolmentListener;
import io.swagger.v3.oas.annotations.Parameter;

/**
 * Where a branch's device asks whether it should renew before it is time; EST has no word for it.
 */
@Controller("/v1/renewal-wish")
@ExecuteOn(TaskExecutors.BLOCKING)
class RenewalWishController {
    private final BranchEnrolments enrolments;

    RenewalWishController(BranchEnrolments enrolments) {
        this.enrolments = enrolments;
    }

    /**
     * One line for a shell script, on the listener for enrolment: {@code now} or {@code when-due}.
     */
    @Get
    @OnEnrolmentListener
    @Produces(MediaType.TEXT_PLAIN)
    String wish(@Parameter(hidden = true) HttpRequest<?> http) {
        return enrolments.isRenewalWished(Applicant.CertificateHolder.of(http))
                ? "now\n"
                : "when-due\n";
    }
}
