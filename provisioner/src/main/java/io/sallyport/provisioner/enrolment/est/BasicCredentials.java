package io.sallyport.provisioner.enrolment.est;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micronaut.core.annotation.Nullable;
import io.sallyport.provisioner.access.BearerSecret;
import io.sallyport.provisioner.enrolment.Applicant;

import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** HTTP Basic (RFC 7617): a tunnel's identity and its enrolment secret. */
final class BasicCredentials {
    private static final Pattern HEADER =
            Pattern.compile("Basic +([A-Za-z0-9+/]{1,1024}={0,2})", Pattern.CASE_INSENSITIVE);

    private BasicCredentials() {}

    /** Who shows this header; empty if it has another form, or what is in it cannot be a secret. */
    static Optional<Applicant> applicant(@Nullable String authorization) {
        if (authorization == null) {
            return Optional.empty();
        }
        Matcher matcher = HEADER.matcher(authorization);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String credentials;
        try {
            credentials = new String(Base64.getDecoder().decode(matcher.group(1)), UTF_8);
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
        int colon = credentials.indexOf(':');
        if (colon < 0) {
            return Optional.empty();
        }
        return BearerSecret.of(credentials.substring(colon + 1))
                .map(secret -> new Applicant.SecretHolder(credentials.substring(0, colon), secret));
    }
}
