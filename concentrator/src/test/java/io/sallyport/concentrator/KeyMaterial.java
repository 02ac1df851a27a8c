package io.sallyport.concentrator;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.IntStream;

/** Looks for an EC private key where none should be, in whatever form somebody would write it. */
public final class KeyMaterial {
    private static final int OCTETS = 32;

    private KeyMaterial() {}

    /**
     * Whether octets hold a key of P-256: as it is, in hexadecimal, or in Base64 (also as part of
     * something longer, such as PKCS#8 in PEM within JSON).
     */
    public static boolean isIn(byte[] octets, PrivateKey key) {
        byte[] scalar = scalar((ECPrivateKey) key);
        String raw = new String(octets, ISO_8859_1);
        String joined = raw.replaceAll("\\\\[nr]|\\s", "");
        return raw.contains(new String(scalar, ISO_8859_1))
                || joined.toLowerCase(Locale.ROOT).contains(HexFormat.of().formatHex(scalar))
                || IntStream.range(0, 3).anyMatch(skipped -> isInBase64(joined, scalar, skipped));
    }

    // Whatever stands before it, one of three ways to cut it into groups of three octets is the one
    // that was written.
    private static boolean isInBase64(String text, byte[] scalar, int skipped) {
        int whole = (scalar.length - skipped) / 3 * 3;
        byte[] groups = Arrays.copyOfRange(scalar, skipped, skipped + whole);
        return text.contains(Base64.getEncoder().encodeToString(groups))
                || text.contains(Base64.getUrlEncoder().encodeToString(groups));
    }

    private static byte[] scalar(ECPrivateKey key) {
        byte[] number = key.getS().toByteArray();
        byte[] scalar = new byte[OCTETS];
        int length = Math.min(number.length, OCTETS);
        System.arraycopy(number, number.length - length, scalar, OCTETS - length, length);
        return scalar;
    }
}
