package io.sallyport.gateway.tls;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;

import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key of one direction, and the AES-GCM computation over a record. Not thread-safe. Allocates
 * nothing for a record but the parameter object that SunJCE asks for.
 */
final class RecordKey {

    static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

    private static final int NONCE_LENGTH = 12;
    private static final int TAG_BITS = RecordFormat.TAG_LENGTH * 8;

    private final RecordFormat format;
    private final Cipher cipher;
    private final byte[] nonce = new byte[NONCE_LENGTH];
    private final byte[] additionalData;
    private SecretKeySpec key;
    // TLS 1.3: the whole static IV, of which this long is the part mixed with the sequence number.
    private long ivTail;

    /**
     * @param iv twelve octets in TLS 1.3, else the four of the salt
     */
    RecordKey(RecordFormat format, byte[] key, byte[] iv) {
        this.format = format;
        this.additionalData = new byte[format == RecordFormat.TLS_1_3 ? 5 : 13];
        try {
            this.cipher = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no AES-GCM", e);
        }
        change(key, iv);
    }

    void change(byte[] newKey, byte[] iv) {
        key = new SecretKeySpec(newKey, "AES");
        System.arraycopy(iv, 0, nonce, 0, iv.length);
        ivTail = (long) LONG.get(nonce, 4);
    }

    /** Seals a record, header included; see {@link RecordSealer#seal}. */
    int seal(
            long sequence,
            int type,
            byte[] plain,
            int offset,
            int length,
            byte[] out,
            int outOffset)
            throws GeneralSecurityException {
        int body = length + format.expansion();
        int at = outOffset + format.headerLength();
        int sealedLength = length;
        if (format == RecordFormat.TLS_1_3) {
            plain[offset + length] = (byte) type;
            sealedLength++;
            out[outOffset] = ContentTypes.APPLICATION_DATA;
        } else {
            out[outOffset] = (byte) type;
        }
        SHORT.set(out, outOffset + 1, (short) format.version());
        SHORT.set(out, at - 2, (short) body);
        switch (format) {
            case TLS_1_3 -> {
                LONG.set(nonce, 4, ivTail ^ sequence);
                System.arraycopy(out, outOffset, additionalData, 0, 5);
            }
            case TLS_1_2, DTLS_1_2 -> {
                if (format == RecordFormat.DTLS_1_2) {
                    LONG.set(out, outOffset + 3, sequence);
                }
                LONG.set(nonce, 4, sequence);
                LONG.set(out, at, sequence);
                at += format.explicitNonceLength();
                describe(sequence, type, length);
            }
        }
        cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(additionalData);
        cipher.doFinal(plain, offset, sealedLength, out, at);
        return format.headerLength() + body;
    }

    /**
     * Opens a record, header included, whose length has been checked.
     *
     * @return length and type of the content, see {@link RecordOpener#length}; -1 if a TLS 1.3
     *     record holds no type
     */
    int open(long sequence, byte[] record, int offset, int length, byte[] out, int outOffset)
            throws GeneralSecurityException {
        int type = record[offset] & 0xff;
        int at = offset + format.headerLength();
        int body = length - format.headerLength();
        switch (format) {
            case TLS_1_3 -> {
                LONG.set(nonce, 4, ivTail ^ sequence);
                System.arraycopy(record, offset, additionalData, 0, 5);
            }
            case TLS_1_2, DTLS_1_2 -> {
                System.arraycopy(record, at, nonce, 4, format.explicitNonceLength());
                at += format.explicitNonceLength();
                body -= format.explicitNonceLength();
                describe(sequence, type, body - RecordFormat.TAG_LENGTH);
            }
        }
        cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(additionalData);
        int plain = cipher.doFinal(record, at, body, out, outOffset);
        if (format == RecordFormat.TLS_1_3) {
            // The type is the last octet that is not padding (RFC 8446 section 5.4).
            do {
                if (--plain < 0) {
                    return -1;
                }
            } while (out[outOffset + plain] == 0);
            type = out[outOffset + plain] & 0xff;
        }
        return plain << 8 | type;
    }

    /** RFC 5246 section 6.2.3.3. */
    private void describe(long sequence, int type, int length) {
        LONG.set(additionalData, 0, sequence);
        additionalData[8] = (byte) type;
        SHORT.set(additionalData, 9, (short) format.version());
        SHORT.set(additionalData, 11, (short) length);
    }
}
