package io.sallyport.provisioner.enrolment;

import io.sallyport.pki.profile.EndEntityProfile;
import io.sallyport.pki.request.RequestRefusedException;
import io.sallyport.pki.request.VerifiedRequest;
import io.sallyport.provisioner.problem.ProblemException;
import io.sallyport.provisioner.problem.ProblemException.Kind;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;

/** What holds for whoever enrols, branch or teleworker. */
final class EnrolmentRules {
    /** More than any device needs, and few enough that none can fill our tables. */
    static final int RENEWALS_AT_MOST = 12;

    static final Duration RENEWALS_COUNTED = Duration.ofDays(1);

    private EnrolmentRules() {}

    /** A rule that a request may break. */
    @FunctionalInterface
    interface Rule {
        void require(VerifiedRequest request);
    }

    /**
     * Reads a request in DER.
     *
     * @throws ProblemException if it is none, cannot be certified or breaks the rule
     */
    static VerifiedRequest verified(byte[] octets, EndEntityProfile profile, Rule rule) {
        try {
            VerifiedRequest request = VerifiedRequest.parse(octets, profile);
            rule.require(request);
            return request;
        } catch (RequestRefusedException e) {
            throw ProblemException.of(
                    Kind.INVALID_REQUEST, "request: %s: %s".formatted(e.reason(), e.getMessage()));
        }
    }

    /** SHA-256 in hexadecimal: whether a request is the same again. */
    static String hash(byte[] request) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(request));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    static ProblemException unknownSecret() {
        return ProblemException.of(
                Kind.UNAUTHENTICATED,
                "the enrolment secret is not known under this name, or its time is over");
    }

    static ProblemException usedSecret() {
        return ProblemException.of(
                Kind.CONFLICT, "the enrolment secret was used with another request");
    }

    static ProblemException tooMany(String who) {
        return ProblemException.of(
                Kind.TOO_MANY_REQUESTS,
                "the %s got %d certificates within a day".formatted(who, RENEWALS_AT_MOST));
    }
}
