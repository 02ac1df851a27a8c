package io.sallyport.provisioner.enrolment;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.sallyport.provisioner.access.OnEnrolmentListener;
import io.sallyport.provisioner.problem.ProblemException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Where a branch's device asks whether it should renew before it is time; EST has no word for it.
 */
@Controller("/v1/renewal-wish")
@ExecuteOn(TaskExecutors.BLOCKING)
class RenewalWishController {
    /** More than are ever accepted at a time. */
    private static final Pattern ROOTS = Pattern.compile("[0-9a-f]{64}(,[0-9a-f]{64}){0,7}");

    private final BranchEnrolments enrolments;

    RenewalWishController(BranchEnrolments enrolments) {
        this.enrolments = enrolments;
    }

    /**
     * One line for a shell script, on the listener for enrolment: {@code now} or {@code when-due}.
     *
     * @param roots SHA-256 of the roots that the device trusts, with commas in between
     */
    @Operation(operationId = "askRenewalWish")
    @Get
    @OnEnrolmentListener
    @Produces(MediaType.TEXT_PLAIN)
    String wish(@Parameter(hidden = true) HttpRequest<?> http, @Nullable @QueryValue String roots) {
        if (roots != null && !ROOTS.matcher(roots).matches()) {
            throw ProblemException.of(
                    ProblemException.Kind.INVALID_REQUEST,
                    "roots",
                    "expected SHA-256 in hexadecimal digits, with commas in between");
        }
        List<String> trusted = roots == null ? List.of() : List.of(roots.split(",", -1));
        return enrolments.isRenewalWished(Applicant.CertificateHolder.of(http), trusted)
                ? "now\n"
                : "when-due\n";
    }
}
