package io.sallyport.pki.revocation;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.Locale;

/** How requests come over HTTP (RFC 6960 appendix A.1). Pure functions. */
public final class OcspOverHttp {

    /** The type of a request's body. */
    public static final String REQUEST_TYPE = "application/ocsp-request";

    /** The type of an answer's body. */
    public static final String RESPONSE_TYPE = "application/ocsp-response";

    // Base64 has four characters for three octets, and each may be written as a percent triplet.
    private static final int CHARACTERS_AT_MOST = OcspRequest.OCTETS_AT_MOST * 4;

    private OcspOverHttp() {}

    /**
     * The request of a GET.
     *
     * @param path as it stands in the request line, behind the responder's own path and its slash.
     *     Slashes of the base64 may be percent-encoded or not
     * @throws MalformedOcspRequestException whatever is wrong with it
     */
    public static OcspRequest get(String path) throws MalformedOcspRequestException {
        if (path.length() > CHARACTERS_AT_MOST) {
            throw new MalformedOcspRequestException("a path of %d".formatted(path.length()));
        }
        try {
            return OcspRequest.parse(Base64.getDecoder().decode(percentDecoded(path)));
        } catch (IllegalArgumentException e) {
            throw new MalformedOcspRequestException("a path that is not base64", e);
        }
    }

    /**
     * The request of a POST.
     *
     * @param contentType as it was sent, parameters included
     * @param body at most one octet more than {@link OcspRequest#OCTETS_AT_MOST}; the caller does
     *     not read on
     * @throws MalformedOcspRequestException whatever is wrong with it
     */
    public static OcspRequest post(String contentType, byte[] body)
            throws MalformedOcspRequestException {
        String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (!type.equals(REQUEST_TYPE)) {
            throw new MalformedOcspRequestException("the content type is not " + REQUEST_TYPE);
        }
        return OcspRequest.parse(body);
    }

    /** RFC 3986 section 2.1. A plus stays a plus, unlike in forms. */
    private static byte[] percentDecoded(String text) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream(text.length());
        byte[] characters = text.getBytes(US_ASCII); // others become ?, which base64 does not have
        for (int at = 0; at < characters.length; at++) {
            if (characters[at] == '%') {
                if (at + 2 >= characters.length) {
                    throw new IllegalArgumentException("half an escape");
                }
                octets.write(16 * digit(characters[at + 1]) + digit(characters[at + 2]));
                at += 2;
            } else {
                octets.write(characters[at]);
            }
        }
        return octets.toByteArray();
    }

    private static int digit(byte character) {
        int digit = Character.digit(character, 16);
        if (digit < 0) {
            throw new IllegalArgumentException("an escape that is not hexadecimal");
        }
        return digit;
    }
}
