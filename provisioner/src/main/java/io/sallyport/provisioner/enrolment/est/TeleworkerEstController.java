package io.sallyport.provisioner.enrolment.est;

import io.micronaut.http.annotation.Controller;
import io.micronaut.openapi.annotation.OpenAPIDecorator;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.provisioner.authority.TrustedCertificates;
import io.sallyport.provisioner.enrolment.TeleworkerEnrolments;

/**
 * The EST server for teleworkers: another authority than that of branches, told apart by a label in
 * the path (RFC 7030 section 3.2.2).
 */
@OpenAPIDecorator(opIdSuffix = "ForTeleworker")
@Controller("/.well-known/est/teleworkers")
@ExecuteOn(TaskExecutors.BLOCKING)
class TeleworkerEstController extends EstServer {
    TeleworkerEstController(TrustedCertificates trusted, TeleworkerEnrolments enrolments) {
        super(trusted, AuthorityProfile.TELEWORKERS, enrolments::enrol);
    }
}
