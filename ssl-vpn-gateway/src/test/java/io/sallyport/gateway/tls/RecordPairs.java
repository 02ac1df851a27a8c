package io.sallyport.gateway.tls;

import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.List;

/** Records without a handshake: both ends of a direction with the same key. */
public final class RecordPairs {

    /** What seals at one end, and what opens at the other. */
    public record Pair(RecordSealer sealer, RecordOpener opener) {}

    /** Both ends of a DTLS association. */
    public record Datagrams(DtlsRecords server, DtlsRecords client) {}

    /** Both ends of a TLS connection. */
    public record Ends(EstablishedTls server, EstablishedTls client) {}

    private RecordPairs() {}

    public static Pair tls13() {
        return tls(RecordFormat.TLS_1_3, 1);
    }

    public static Pair tls12() {
        return tls(RecordFormat.TLS_1_2, 1);
    }

    /** TLS 1.3 over two channels that are joined, non-blocking or not as the caller made them. */
    public static Ends tls13(SocketChannel server, SocketChannel client) {
        Pair down = tls(RecordFormat.TLS_1_3, 1);
        Pair up = tls(RecordFormat.TLS_1_3, 2);
        return new Ends(
                new EstablishedTls(server, down.sealer(), up.opener(), psk()),
                new EstablishedTls(client, up.sealer(), down.opener(), psk()));
    }

    public static DtlsPsk psk() {
        return new DtlsPsk(filled(32, 9));
    }

    public static Datagrams dtls() {
        return new Datagrams(dtls(1, 2), dtls(2, 1));
    }

    /** Has a sealer believe that its key has sealed so much that it is to be changed. */
    public static void age(RecordSealer sealer) {
        sealer.usedBlocks(RecordSealer.UPDATE_AT_BLOCKS);
    }

    private static DtlsRecords dtls(int write, int read) {
        return new DtlsRecords(
                new RecordSealer(
                        RecordFormat.DTLS_1_2,
                        key(RecordFormat.DTLS_1_2, write),
                        DtlsRecords.EPOCH + 1),
                key(RecordFormat.DTLS_1_2, read),
                new ReplayWindow(),
                List.of(new byte[] {20}, new byte[] {22}));
    }

    private static Pair tls(RecordFormat format, int seed) {
        var sealer = new RecordSealer(format, key(format, seed), 0);
        var opener = new RecordOpener(format, key(format, seed), 0);
        if (format == RecordFormat.TLS_1_3) {
            sealer.secret(new TrafficSecret("HKDF-SHA384", 32, filled(48, seed)));
            opener.secret(new TrafficSecret("HKDF-SHA384", 32, filled(48, seed)));
        }
        return new Pair(sealer, opener);
    }

    static RecordKey key(RecordFormat format, int seed) {
        return new RecordKey(
                format, filled(32, seed), filled(format == RecordFormat.TLS_1_3 ? 12 : 4, seed));
    }

    private static byte[] filled(int length, int with) {
        byte[] octets = new byte[length];
        Arrays.fill(octets, (byte) with);
        return octets;
    }
}
