package io.sallyport.gateway.tls;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;

import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The application traffic secret of one direction (RFC 8446 section 7). Every key update replaces
 * it by the next.
 */
final class TrafficSecret {

    private final String kdf;
    private final int keyLength;
    private final byte[] secret;

    /**
     * @param kdf "HKDF-SHA384" or "HKDF-SHA256"
     */
    TrafficSecret(String kdf, int keyLength, byte[] secret) {
        this.kdf = kdf;
        this.keyLength = keyLength;
        this.secret = secret;
    }

    TrafficSecret next() {
        return new TrafficSecret(kdf, keyLength, expand("traffic upd", secret.length));
    }

    byte[] key() {
        return expand("key", keyLength);
    }

    byte[] iv() {
        return expand("iv", 12);
    }

    /** HKDF-Expand-Label with an empty context (RFC 8446 section 7.1). */
    private byte[] expand(String label, int length) {
        byte[] name = ("tls13 " + label).getBytes(StandardCharsets.US_ASCII);
        ByteBuffer info = ByteBuffer.allocate(4 + name.length);
        info.putShort((short) length).put((byte) name.length).put(name).put((byte) 0);
        try {
            return KDF.getInstance(kdf)
                    .deriveData(
                            HKDFParameterSpec.expandOnly(
                                    new SecretKeySpec(secret, "Generic"), info.array(), length));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no " + kdf, e);
        }
    }
}
