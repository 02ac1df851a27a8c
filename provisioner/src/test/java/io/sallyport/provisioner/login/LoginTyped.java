package io.sallyport.provisioner.login;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.provisioner.totp.Totp;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.LoginRequest;
import io.sallyport.wire.Octets;

import java.io.ByteArrayOutputStream;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a test's user types at a gateway. */
final class LoginTyped {
    private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private final String group;
    private Optional<String> username = Optional.empty();
    private Optional<String> password = Optional.empty();
    private Optional<String> code = Optional.empty();
    private Optional<String> continuation = Optional.empty();
    private List<Octets> chain = List.of();
    private String source = "192.0.2.7";

    LoginTyped(String group) {
        this.group = group;
    }

    /** The code of a teleworker whose secret was shown when it was created. */
    static String code(JsonNode created, Instant at) {
        return Totp.of(base32(created.at("/totp/secret").textValue())).code(at);
    }

    LoginTyped username(String text) {
        username = Optional.of(text);
        return this;
    }

    LoginTyped password(String text) {
        password = Optional.of(text);
        return this;
    }

    LoginTyped code(String text) {
        code = Optional.of(text);
        return this;
    }

    LoginTyped continuation(String text) {
        continuation = Optional.of(text);
        return this;
    }

    LoginTyped source(String text) {
        source = text;
        return this;
    }

    LoginTyped certificate(X509Certificate certificate) throws CertificateEncodingException {
        return certificate(Octets.of(certificate.getEncoded()));
    }

    LoginTyped certificate(Octets octets) {
        chain = List.of(octets);
        return this;
    }

    LoginRequest build() {
        return new LoginRequest(
                group,
                username,
                password,
                code,
                continuation,
                chain,
                IpAddress.parse(source),
                Optional.of("Open AnyConnect VPN Agent v9.01"));
    }

    /** A secret as it is handed out (RFC 4648 section 6), without padding. */
    static byte[] base32(String text) {
        var octets = new ByteArrayOutputStream();
        int buffer = 0;
        int bits = 0;
        for (int i = 0; i < text.length(); i++) {
            buffer = (buffer << 5) | BASE32.indexOf(text.charAt(i));
            bits += 5;
            if (bits >= 8) {
                bits -= 8;
                octets.write(buffer >> bits);
                buffer &= (1 << bits) - 1;
            }
        }
        return octets.toByteArray();
    }
}
