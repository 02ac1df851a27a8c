package io.sallyport.gateway.tls;

import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import java.util.List;

/**
 * Both ends of connections that nobody negotiated: random keys, known to this process alone. For
 * the warm-up of the data path, which so needs no peer. Not thread-safe.
 */
public final class UnnegotiatedRecords {
    private static final String KDF = "HKDF-SHA384";
    private static final int KEY_LENGTH = 32;
    private static final int SALT_LENGTH = 4;
    private static final int SECRET_LENGTH = 48;

    private final SecureRandom random;

    public UnnegotiatedRecords(SecureRandom random) {
        this.random = random;
    }

    /** Both ends of a TLS 1.3 connection. */
    public record TlsEnds(EstablishedTls server, EstablishedTls client) {}

    /** Both ends of a DTLS association. */
    public record DtlsEnds(DtlsRecords server, DtlsRecords client) {}

    /** TLS 1.3 over two channels that are joined. */
    public TlsEnds tls(SocketChannel server, SocketChannel client) {
        var down = new TrafficSecret(KDF, KEY_LENGTH, octets(SECRET_LENGTH));
        var up = new TrafficSecret(KDF, KEY_LENGTH, octets(SECRET_LENGTH));
        var psk = new DtlsPsk(octets(KEY_LENGTH));
        return new TlsEnds(
                new EstablishedTls(server, sealer(down), opener(up), psk),
                new EstablishedTls(client, sealer(up), opener(down), psk));
    }

    private static RecordSealer sealer(TrafficSecret secret) {
        var key = new RecordKey(RecordFormat.TLS_1_3, secret.key(), secret.iv());
        var sealer = new RecordSealer(RecordFormat.TLS_1_3, key, 0);
        sealer.secret(secret);
        return sealer;
    }

    private static RecordOpener opener(TrafficSecret secret) {
        var key = new RecordKey(RecordFormat.TLS_1_3, secret.key(), secret.iv());
        var opener = new RecordOpener(RecordFormat.TLS_1_3, key, 0);
        opener.secret(secret);
        return opener;
    }

    /** DTLS 1.2. */
    public DtlsEnds dtls() {
        byte[] down = octets(KEY_LENGTH);
        byte[] downSalt = octets(SALT_LENGTH);
        byte[] up = octets(KEY_LENGTH);
        byte[] upSalt = octets(SALT_LENGTH);
        return new DtlsEnds(
                records(datagramKey(down, downSalt), datagramKey(up, upSalt)),
                records(datagramKey(up, upSalt), datagramKey(down, downSalt)));
    }

    private static RecordKey datagramKey(byte[] key, byte[] salt) {
        return new RecordKey(RecordFormat.DTLS_1_2, key, salt);
    }

    private static DtlsRecords records(RecordKey write, RecordKey read) {
        var sealer = new RecordSealer(RecordFormat.DTLS_1_2, write, DtlsRecords.EPOCH + 1);
        return new DtlsRecords(sealer, read, new ReplayWindow(), List.of());
    }

    private byte[] octets(int length) {
        byte[] octets = new byte[length];
        random.nextBytes(octets);
        return octets;
    }
}
