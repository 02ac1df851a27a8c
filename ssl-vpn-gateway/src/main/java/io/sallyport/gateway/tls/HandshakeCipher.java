package io.sallyport.gateway.tls;

import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.CryptoHashAlgorithm;
import org.bouncycastle.tls.crypto.TlsCipher;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.TlsCryptoUtils;
import org.bouncycastle.tls.crypto.TlsDecodeResult;
import org.bouncycastle.tls.crypto.TlsEncodeResult;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.bouncycastle.tls.crypto.impl.TlsImplUtils;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.List;

/**
 * Our record layer as BouncyCastle sees it. The last messages of each handshake go through it, so
 * keys and nonces are proven before the records are taken over. It belongs to the thread that runs
 * the handshake.
 */
final class HandshakeCipher implements TlsCipher {

    private static final int SALT_LENGTH = 4;
    private static final int IV_LENGTH = 12;

    private final RecordFormat format;
    private final int keyLength;
    private final boolean sha384;
    private final TlsSecret writeSecret;
    private final TlsSecret readSecret;
    private final RecordKey writeKey;
    private final RecordKey readKey;
    private final ReplayWindow window = new ReplayWindow();
    private long nextWrite;
    private long nextRead;

    HandshakeCipher(TlsCryptoParameters parameters, int keyLength) throws IOException {
        SecurityParameters security = parameters.getSecurityParametersHandshake();
        ProtocolVersion version = security.getNegotiatedVersion();
        this.keyLength = keyLength;
        this.sha384 = security.getPRFCryptoHashAlgorithm() == CryptoHashAlgorithm.sha384;
        if (TlsUtils.isTLSv13(version)) {
            format = RecordFormat.TLS_1_3;
            boolean server = parameters.isServer();
            writeSecret =
                    server ? security.getTrafficSecretServer() : security.getTrafficSecretClient();
            readSecret =
                    server ? security.getTrafficSecretClient() : security.getTrafficSecretServer();
            writeKey = key(writeSecret, security.getPRFCryptoHashAlgorithm());
            readKey = key(readSecret, security.getPRFCryptoHashAlgorithm());
        } else {
            format = version.isDTLS() ? RecordFormat.DTLS_1_2 : RecordFormat.TLS_1_2;
            writeSecret = null;
            readSecret = null;
            // RFC 5246 section 6.3: keys, then salts; the client's, then the server's.
            byte[] block =
                    TlsImplUtils.calculateKeyBlock(parameters, 2 * (keyLength + SALT_LENGTH));
            RecordKey client = key(block, 0);
            RecordKey server = key(block, 1);
            writeKey = parameters.isServer() ? server : client;
            readKey = parameters.isServer() ? client : server;
        }
    }

    private RecordKey key(TlsSecret secret, int hash) throws IOException {
        return new RecordKey(
                format,
                TlsCryptoUtils.hkdfExpandLabel(secret, hash, "key", TlsUtils.EMPTY_BYTES, keyLength)
                        .extract(),
                TlsCryptoUtils.hkdfExpandLabel(secret, hash, "iv", TlsUtils.EMPTY_BYTES, IV_LENGTH)
                        .extract());
    }

    private RecordKey key(byte[] block, int which) {
        byte[] key = new byte[keyLength];
        byte[] salt = new byte[SALT_LENGTH];
        System.arraycopy(block, which * keyLength, key, 0, keyLength);
        System.arraycopy(block, 2 * keyLength + which * SALT_LENGTH, salt, 0, SALT_LENGTH);
        return new RecordKey(format, key, salt);
    }

    /**
     * The sealer that goes on where the handshake ended. Only once, and not during the handshake.
     */
    RecordSealer sealer() {
        RecordSealer sealer = new RecordSealer(format, writeKey, nextWrite);
        if (writeSecret != null) {
            sealer.secret(trafficSecret(writeSecret));
        }
        return sealer;
    }

    /** The opener of TLS that goes on where the handshake ended; once, as the sealer. */
    RecordOpener opener() {
        RecordOpener opener = new RecordOpener(format, readKey, nextRead);
        if (readSecret != null) {
            opener.secret(trafficSecret(readSecret));
        }
        return opener;
    }

    /** The records of DTLS that go on where the handshake ended; once. */
    DtlsRecords datagrams(List<byte[]> lastFlight) {
        return new DtlsRecords(sealer(), readKey, window, lastFlight);
    }

    private TrafficSecret trafficSecret(TlsSecret secret) {
        return new TrafficSecret(
                sha384 ? "HKDF-SHA384" : "HKDF-SHA256", keyLength, secret.extract());
    }

    @Override
    public int getCiphertextDecodeLimit(int plaintextLimit) {
        return format == RecordFormat.TLS_1_3
                ? plaintextLimit + 256
                : plaintextLimit + format.expansion();
    }

    @Override
    public int getCiphertextEncodeLimit(int plaintextLimit) {
        return plaintextLimit + format.expansion();
    }

    @Override
    public int getPlaintextDecodeLimit(int ciphertextLimit) {
        return ciphertextLimit - format.expansion();
    }

    @Override
    public int getPlaintextEncodeLimit(int ciphertextLimit) {
        return ciphertextLimit - format.expansion();
    }

    @Override
    public TlsEncodeResult encodePlaintext(
            long sequence,
            short type,
            ProtocolVersion version,
            int headerAllocation,
            byte[] plain,
            int offset,
            int length)
            throws IOException {
        byte[] content = new byte[length + format.innerTypeLength()];
        System.arraycopy(plain, offset, content, 0, length);
        byte[] record = new byte[format.headerLength() + length + format.expansion()];
        try {
            writeKey.seal(sequence, type, content, 0, length, record, 0);
        } catch (GeneralSecurityException e) {
            throw new TlsFatalAlert(AlertDescription.internal_error, e);
        }
        nextWrite = sequence + 1;
        // BouncyCastle writes the same header itself, in the room it asks for.
        int bodyLength = record.length - format.headerLength();
        byte[] body = new byte[headerAllocation + bodyLength];
        System.arraycopy(record, format.headerLength(), body, headerAllocation, bodyLength);
        return new TlsEncodeResult(body, 0, body.length, (short) Byte.toUnsignedInt(record[0]));
    }

    @Override
    public TlsDecodeResult decodeCiphertext(
            long sequence, short type, ProtocolVersion version, byte[] body, int offset, int length)
            throws IOException {
        if (length < format.expansion()) {
            throw new TlsFatalAlert(AlertDescription.decode_error);
        }
        byte[] record = new byte[format.headerLength() + length];
        record[0] = (byte) type;
        RecordKey.SHORT.set(record, 1, (short) format.version());
        RecordKey.SHORT.set(record, format.headerLength() - 2, (short) length);
        System.arraycopy(body, offset, record, format.headerLength(), length);
        byte[] content = new byte[length];
        int opened;
        try {
            opened = readKey.open(sequence, record, 0, record.length, content, 0);
        } catch (GeneralSecurityException e) {
            throw new TlsFatalAlert(AlertDescription.bad_record_mac, e);
        }
        if (opened < 0) {
            throw new TlsFatalAlert(AlertDescription.unexpected_message);
        }
        nextRead = sequence + 1;
        if (format == RecordFormat.DTLS_1_2) {
            window.mark(sequence - DtlsRecords.EPOCH);
        }
        return new TlsDecodeResult(
                content, 0, RecordOpener.length(opened), (short) RecordOpener.contentType(opened));
    }

    /** Keys are updated after the take-over only; see {@link RecordOpener#control}. */
    @Override
    public void rekeyDecoder() throws IOException {
        throw new TlsFatalAlert(AlertDescription.unexpected_message);
    }

    /** Keys are updated after the take-over only; see {@link RecordSealer#updateKeys}. */
    @Override
    public void rekeyEncoder() throws IOException {
        throw new TlsFatalAlert(AlertDescription.internal_error);
    }

    @Override
    public boolean usesOpaqueRecordTypeDecode() {
        return format == RecordFormat.TLS_1_3;
    }

    @Override
    public boolean usesOpaqueRecordTypeEncode() {
        return format == RecordFormat.TLS_1_3;
    }
}
