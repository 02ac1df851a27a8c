package io.sallyport.gateway.login;

import io.sallyport.gateway.tls.ClientCertificate;
import io.sallyport.wire.IpAddress;

import java.util.Objects;
import java.util.Optional;

/**
 * Who logs in, as far as the connection tells.
 *
 * @param source where the client is
 * @param certificate what it showed in the TLS handshake
 * @param userAgent what it calls itself
 */
public record LoginClient(
        IpAddress source, ClientCertificate certificate, Optional<String> userAgent) {
    public LoginClient {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(certificate, "certificate");
        Objects.requireNonNull(userAgent, "userAgent");
    }
}
