package io.sallyport.wire;

import com.fasterxml.jackson.annotation.JsonInclude;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A login as a client sent it; the provisioner decides. What a user typed is passed on as it is, in
 * the bounds below; who sends more is refused by the gateway.
 *
 * @param group name of the chosen group
 * @param username as typed; empty with a certificate, which then says who it is, and with a
 *     continuation
 * @param password as typed
 * @param oneTimePassword as typed
 * @param continuation of the {@link LoginDecision.Challenge} that this answers
 * @param clientCertificateChain what the client showed in the TLS handshake, its own certificate
 *     first, in DER; empty without one. The gateway has seen that the client holds the key.
 * @param sourceAddress where the client is
 * @param userAgent as the client says
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record LoginRequest(
        String group,
        Optional<String> username,
        Optional<String> password,
        Optional<String> oneTimePassword,
        Optional<String> continuation,
        List<Octets> clientCertificateChain,
        IpAddress sourceAddress,
        Optional<String> userAgent) {
    public static final int MAX_NAME = 256;
    public static final int MAX_PASSWORD = 1_024;
    public static final int MAX_ONE_TIME_PASSWORD = 64;
    public static final int MAX_CONTINUATION = 2_048;
    public static final int MAX_CERTIFICATES = 4;
    public static final int MAX_CERTIFICATE_OCTETS = 16_384;

    /** Of {@code userAgent}. */
    public static final int MAX_DESCRIPTION = 256;

    /**
     * @throws IllegalArgumentException if a field is longer than its bound
     */
    public LoginRequest {
        bounded("group", group, MAX_NAME);
        username = bounded("username", username, MAX_NAME);
        password = bounded("password", password, MAX_PASSWORD);
        oneTimePassword = bounded("oneTimePassword", oneTimePassword, MAX_ONE_TIME_PASSWORD);
        continuation = bounded("continuation", continuation, MAX_CONTINUATION);
        clientCertificateChain = List.copyOf(clientCertificateChain);
        if (clientCertificateChain.size() > MAX_CERTIFICATES) {
            throw tooLong("clientCertificateChain", MAX_CERTIFICATES);
        }
        for (Octets certificate : clientCertificateChain) {
            if (certificate.length() > MAX_CERTIFICATE_OCTETS) {
                throw tooLong("clientCertificateChain", MAX_CERTIFICATE_OCTETS);
            }
        }
        Objects.requireNonNull(sourceAddress, "sourceAddress");
        userAgent = bounded("userAgent", userAgent, MAX_DESCRIPTION);
    }

    /** Leaves the secrets out. */
    @Override
    public String toString() {
        return "LoginRequest[group=%s, username=%s, sourceAddress=%s]"
                .formatted(group, username, sourceAddress);
    }

    // Jackson hands over null for a field that is missing.
    private static Optional<String> bounded(String field, Optional<String> value, int most) {
        Optional<String> present = Objects.requireNonNullElse(value, Optional.empty());
        present.ifPresent(text -> bounded(field, text, most));
        return present;
    }

    private static void bounded(String field, String value, int most) {
        if (value.length() > most) {
            throw tooLong(field, most);
        }
    }

    private static IllegalArgumentException tooLong(String field, int most) {
        return new IllegalArgumentException("%s: expected at most %d".formatted(field, most));
    }
}
