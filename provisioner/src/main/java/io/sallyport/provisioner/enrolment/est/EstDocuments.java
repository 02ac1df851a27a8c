package io.sallyport.provisioner.enrolment.est;

import io.micronaut.http.HttpResponse;
import io.sallyport.pki.est.CertsOnlyMessage;
import io.sallyport.provisioner.problem.ProblemException;
import io.sallyport.provisioner.problem.ProblemException.Kind;

import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;

/**
 * What is sent in either direction is base64 of DER (RFC 8951 section 3.1); the header that says so
 * is for older clients.
 */
final class EstDocuments {
    static final String PKCS7 = "application/pkcs7-mime";
    static final String CERTS_ONLY = PKCS7 + "; smime-type=certs-only";
    static final String PKCS10 = "application/pkcs10";
    static final String CSR_ATTRIBUTES = "application/csrattrs";
    private static final String TRANSFER_ENCODING = "Content-Transfer-Encoding";

    private EstDocuments() {}

    /** The DER in a request's body. */
    static byte[] decoded(byte[] base64) {
        try {
            // The decoder for MIME would pass over everything that is not base64.
            return Base64.getDecoder().decode(withoutWhiteSpace(base64));
        } catch (IllegalArgumentException e) {
            throw ProblemException.of(
                    Kind.MALFORMED_REQUEST,
                    "body",
                    "expected a PKCS#10 request, DER in base64 (RFC 8951 section 3.1)");
        }
    }

    private static String withoutWhiteSpace(byte[] base64) {
        StringBuilder text = new StringBuilder(base64.length);
        for (byte octet : base64) {
            char character = (char) Byte.toUnsignedInt(octet);
            if (character != ' ' && character != '\t' && character != '\r' && character != '\n') {
                text.append(character);
            }
        }
        return text.toString();
    }

    /** Certificates, as an answer. */
    static HttpResponse<byte[]> message(List<X509Certificate> certificates) {
        return encoded(CertsOnlyMessage.encode(certificates));
    }

    /** DER, as an answer. */
    static HttpResponse<byte[]> encoded(byte[] der) {
        // In one line (RFC 4648 section 3.1): strongSwan 5.9.8 takes line ends for data.
        return HttpResponse.ok(Base64.getEncoder().encode(der)).header(TRANSFER_ENCODING, "base64");
    }
}
