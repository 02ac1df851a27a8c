package io.sallyport.pki.pem;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.security.cert.CRLException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** Encodes and decodes PEM (RFC 7468). Pure functions; nothing blocks. */
public final class Pem {

    /** The label of an X.509 certificate (RFC 7468 section 5). */
    public static final String CERTIFICATE = "CERTIFICATE";

    /** The label of a CRL (RFC 7468 section 6). */
    public static final String X509_CRL = "X509 CRL";

    /** The label of a PKCS#10 request (RFC 7468 section 7). */
    public static final String CERTIFICATE_REQUEST = "CERTIFICATE REQUEST";

    /** The label of an encrypted PKCS#8 private key (RFC 7468 section 11). */
    public static final String ENCRYPTED_PRIVATE_KEY = "ENCRYPTED PRIVATE KEY";

    private static final Base64.Encoder LINES_OF_64 =
            Base64.getMimeEncoder(64, "\n".getBytes(ISO_8859_1));

    private Pem() {}

    /** The octets as one PEM block with that label, ending in a newline. */
    public static String encode(String label, byte[] octets) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(label, LINES_OF_64.encodeToString(octets), label);
    }

    /** The certificate as a PEM block. */
    public static String encode(X509Certificate certificate) {
        try {
            return encode(CERTIFICATE, certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException("a certificate that has no encoding", e);
        }
    }

    /** The certificates one after the other, in the order given. */
    public static String encode(Collection<X509Certificate> certificates) {
        return certificates.stream().map(Pem::encode).collect(Collectors.joining());
    }

    /** The CRL as a PEM block. */
    public static String encode(X509CRL crl) {
        try {
            return encode(X509_CRL, crl.getEncoded());
        } catch (CRLException e) {
            throw new IllegalArgumentException("a CRL that has no encoding", e);
        }
    }

    /**
     * The octets of every block with that label, in the order of the text. Text between blocks and
     * blocks with other labels are passed over (RFC 7468 section 2).
     *
     * @throws MalformedPemException when a block has no end or is not base64
     */
    public static List<byte[]> decode(String label, String text) throws MalformedPemException {
        String begin = "-----BEGIN " + label + "-----";
        String end = "-----END " + label + "-----";
        List<byte[]> blocks = new ArrayList<>();
        int at = text.indexOf(begin);
        while (at >= 0) {
            int from = at + begin.length();
            int to = text.indexOf(end, from);
            if (to < 0) {
                throw new MalformedPemException("the line \"" + end + "\" is missing");
            }
            blocks.add(base64(text.substring(from, to)));
            at = text.indexOf(begin, to);
        }
        return blocks;
    }

    /**
     * Every certificate in the text, in its order.
     *
     * @throws MalformedPemException when a block is damaged or holds no certificate
     */
    public static List<X509Certificate> certificates(String text) throws MalformedPemException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (byte[] der : decode(CERTIFICATE, text)) {
            try {
                certificates.add(
                        (X509Certificate)
                                CertificateFactory.getInstance("X.509")
                                        .generateCertificate(new ByteArrayInputStream(der)));
            } catch (CertificateException e) {
                throw new MalformedPemException("a block that holds no X.509 certificate", e);
            }
        }
        return certificates;
    }

    private static byte[] base64(String body) throws MalformedPemException {
        StringBuilder symbols = new StringBuilder(body.length());
        // Only white space is passed over. Base64's MIME decoder would pass over anything.
        body.chars()
                .filter(c -> c != ' ' && c != '\t' && c != '\r' && c != '\n')
                .forEach(c -> symbols.append((char) c));
        try {
            return Base64.getDecoder().decode(symbols.toString());
        } catch (IllegalArgumentException e) {
            throw new MalformedPemException("a block that is not base64", e);
        }
    }
}
