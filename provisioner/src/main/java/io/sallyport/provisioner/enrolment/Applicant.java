package io.sallyport.provisioner.enrolment;

import io.micronaut.http.HttpRequest;
import io.sallyport.provisioner.access.BearerSecret;
import io.sallyport.provisioner.problem.ProblemException;

import java.security.cert.X509Certificate;

/** Who asks for a certificate, by what was shown; nothing of it has been looked up. */
public sealed interface Applicant {
    /**
     * A device with the one-time secret of its tunnel or teleworker.
     *
     * @param name what it calls itself: the identity or id of that
     */
    record SecretHolder(String name, BearerSecret secret) implements Applicant {}

    /**
     * A device that proved to hold the key of a certificate that the authority for sites or for
     * teleworkers signed. Whether it was revoked has not been looked up, nor, of one for
     * teleworkers, whether its time is over.
     */
    record CertificateHolder(X509Certificate certificate) implements Applicant {
        /**
         * Who showed a certificate in TLS, on the listener for enrolment.
         *
         * @throws ProblemException if nobody did
         */
        public static CertificateHolder of(HttpRequest<?> request) {
            return request.getCertificate()
                    .filter(X509Certificate.class::isInstance)
                    .map(X509Certificate.class::cast)
                    .map(CertificateHolder::new)
                    .orElseThrow(
                            () ->
                                    ProblemException.of(
                                            ProblemException.Kind.FORBIDDEN,
                                            "expected the device's certificate as TLS client"
                                                    + " certificate"));
        }
    }
}
