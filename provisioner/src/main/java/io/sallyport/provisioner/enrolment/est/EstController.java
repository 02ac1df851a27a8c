package io.sallyport.provisioner.enrolment.est;

import io.micronaut.http.annotation.Controller;
import io.micronaut.openapi.annotation.OpenAPIDecorator;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.provisioner.authority.TrustedCertificates;
import io.sallyport.provisioner.enrolment.BranchEnrolments;

/** The EST server for branches, on the listener for enrolment. */
@OpenAPIDecorator(opIdSuffix = "ForBranch")
@Controller("/.well-known/est")
@ExecuteOn(TaskExecutors.BLOCKING)
class EstController extends EstServer {
    EstController(TrustedCertificates trusted, BranchEnrolments enrolments) {
        super(trusted, AuthorityProfile.SITES, enrolments::enrol);
    }
}
