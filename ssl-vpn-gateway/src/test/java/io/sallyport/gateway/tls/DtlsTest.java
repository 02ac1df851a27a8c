package io.sallyport.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import org.bouncycastle.tls.DTLSTransport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

class DtlsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final byte[] HELLO = {'h', 'e', 'l', 'l', 'o'};

    private static final byte[] CLIENT_HELLO = clientHello();

    private final byte[] opened = new byte[20_000];

    /** One end of a pair of queues. */
    record Link(BlockingQueue<byte[]> in, BlockingQueue<byte[]> out) implements DatagramLink {

        static Link[] pair() {
            var up = new LinkedBlockingQueue<byte[]>();
            var down = new LinkedBlockingQueue<byte[]>();
            return new Link[] {new Link(up, down), new Link(down, up)};
        }

        @Override
        public byte[] receive(Duration timeout) throws IOException {
            try {
                return in.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        @Override
        public void send(byte[] datagram, int offset, int length) {
            out.add(Arrays.copyOfRange(datagram, offset, offset + length));
        }

        @Override
        public int mtuOctets() {
            return 1400;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0x00a9, 0x00a8})
    void carriesDataBothWays(int suite) throws Exception {
        Link[] links = Link.pair();
        var accepted = accept(links[0], RecordPairs.psk(), PATIENCE);
        DTLSTransport client = connect(links[1], RecordPairs.psk(), suite);
        DtlsRecords server = accepted.get();

        client.send(HELLO, 0, HELLO.length);
        byte[] datagram = links[0].in().poll(20, TimeUnit.SECONDS);
        int result = server.open(datagram, 0, datagram.length, opened, 0);
        assertThat(RecordOpener.contentType(result)).isEqualTo(ContentTypes.APPLICATION_DATA);
        assertThat(Arrays.copyOf(opened, RecordOpener.length(result))).isEqualTo(HELLO);

        byte[] record = sealed(server, HELLO);
        links[0].send(record, 0, record.length);
        byte[] received = new byte[100];
        assertThat(client.receive(received, 0, 100, 20_000)).isEqualTo(HELLO.length);
        assertThat(Arrays.copyOf(received, HELLO.length)).isEqualTo(HELLO);
    }

    @Test
    void refusesOtherKey() {
        Link[] links = Link.pair();
        var accepted = accept(links[0], RecordPairs.psk(), Duration.ofMillis(500));
        // Records that do not open are dropped, so it is the time that ends this.
        var other = new DtlsPsk(new byte[32]);
        assertThatThrownBy(() -> connect(links[1], other, 0x00a9)).isInstanceOf(IOException.class);
        assertThatThrownBy(accepted::get)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(HandshakeRefused.class);
    }

    @Test
    void endsHandshakeOfSilentPeer() {
        Link[] links = Link.pair();
        assertThatThrownBy(
                        () ->
                                new DtlsAcceptor()
                                        .accept(
                                                links[0],
                                                RecordPairs.psk(),
                                                Duration.ofMillis(100)))
                .isInstanceOfSatisfying(
                        HandshakeRefused.class,
                        it -> assertThat(it.reason()).isEqualTo(HandshakeRefused.Reason.DEADLINE));
    }

    @Test
    void keepsLastFlightForClientThatMissedIt() throws Exception {
        Link[] links = Link.pair();
        var accepted = accept(links[0], RecordPairs.psk(), PATIENCE);
        var lossy = new LinkWithoutFirstFinished(links[1]);
        // The client sends its flight again and completes with nothing but the kept flight.
        var connected =
                CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return connect(lossy, RecordPairs.psk(), 0x00a9);
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        },
                        task -> Thread.ofVirtual().start(task));
        DtlsRecords server = accepted.get();
        boolean missed = false;
        while (!missed) {
            byte[] datagram = links[0].in().poll(20, TimeUnit.SECONDS);
            assertThat(datagram).isNotNull();
            missed =
                    server.open(datagram, 0, datagram.length, opened, 0)
                            == DtlsRecords.LAST_FLIGHT_MISSED;
        }
        assertThat(server.lastFlight()).hasSize(2);
        for (byte[] datagram : server.lastFlight()) {
            links[0].send(datagram, 0, datagram.length);
        }
        assertThat(connected.get(20, TimeUnit.SECONDS)).isNotNull();
    }

    @Test
    void dropsWhatItHasSeen() {
        var ends = RecordPairs.dtls();
        byte[] record = sealed(ends.client(), HELLO);
        assertThat(open(ends.server(), record)).isPositive();
        assertThat(open(ends.server(), record)).isEqualTo(DtlsRecords.DROPPED);
    }

    @Test
    void takesRecordsOutOfOrderWithinTheWindow() {
        var ends = RecordPairs.dtls();
        byte[][] records = new byte[100][];
        for (int i = 0; i < records.length; i++) {
            records[i] = sealed(ends.client(), HELLO);
        }
        assertThat(open(ends.server(), records[99])).isPositive();
        assertThat(open(ends.server(), records[36])).isPositive();
        assertThat(open(ends.server(), records[35])).as("too old").isEqualTo(DtlsRecords.DROPPED);
        assertThat(open(ends.server(), records[36])).isEqualTo(DtlsRecords.DROPPED);
        assertThat(open(ends.server(), records[98])).isPositive();
    }

    @Test
    void forgeryDoesNotUseUpItsNumber() {
        var ends = RecordPairs.dtls();
        byte[] record = sealed(ends.client(), HELLO);
        for (int at = 0; at < record.length; at++) {
            byte[] forged = record.clone();
            forged[at] ^= 1;
            assertThat(open(ends.server(), forged)).as("octet %d", at).isEqualTo(-1);
        }
        assertThat(open(ends.server(), record)).isPositive();
    }

    @Property(tries = 2000)
    void noDatagramDoesMoreThanBeDropped(@ForAll @Size(max = 200) byte[] datagram) {
        var ends = RecordPairs.dtls();
        int length = DtlsRecords.recordLength(datagram, 0, datagram.length);
        assertThat(length).isBetween(-1, datagram.length);
        assertThat(ends.server().open(datagram, 0, datagram.length, opened, 0))
                .isEqualTo(DtlsRecords.DROPPED);
    }

    @Property(tries = 500)
    void takesContentOfAnyLengthThatTheStandardAllows(
            @ForAll @IntRange(max = 40_000) int length, @ForAll @IntRange(min = 1) int number)
            throws GeneralSecurityException {
        // Sealed with the key itself: the sealer would refuse more than 2^14 octets.
        byte[] record = new byte[length + 37];
        int sealed =
                RecordPairs.key(RecordFormat.DTLS_1_2, 2)
                        .seal(
                                DtlsRecords.EPOCH + number,
                                ContentTypes.APPLICATION_DATA,
                                new byte[length],
                                0,
                                length,
                                record,
                                0);
        byte[] into = new byte[record.length];
        int result = RecordPairs.dtls().server().open(record, 0, sealed, into, 0);
        if (length > 1 << 14) {
            assertThat(result).isEqualTo(DtlsRecords.DROPPED);
        } else {
            assertThat(RecordOpener.length(result)).isEqualTo(length);
        }
    }

    @Property(tries = 2000)
    void noAlteredOrCutRecordIsOpened(
            @ForAll @Size(max = 100) byte[] content,
            @ForAll @IntRange(min = 0) int where,
            @ForAll byte how,
            @ForAll @IntRange(min = 0) int cut) {
        var ends = RecordPairs.dtls();
        byte[] record = sealed(ends.client(), content);
        byte[] bad = Arrays.copyOf(record, record.length - cut % record.length);
        bad[where % bad.length] ^= how;
        int result = ends.server().open(bad, 0, bad.length, opened, 0);
        if (Arrays.equals(bad, record)) {
            assertThat(Arrays.copyOf(opened, RecordOpener.length(result))).isEqualTo(content);
        } else {
            assertThat(result).isEqualTo(DtlsRecords.DROPPED);
        }
    }

    @Property(tries = 500)
    void noAlteredOrCutClientHelloEndsOtherThanRefused(
            @ForAll @Size(max = 6) List<@IntRange(min = 0, max = (1 << 16) - 1) Integer> altered,
            @ForAll @IntRange(min = 0, max = 60) int cut) {
        Link[] links = Link.pair();
        byte[] hello = Arrays.copyOf(CLIENT_HELLO, CLIENT_HELLO.length - cut);
        altered.forEach(each -> hello[(each >> 8) % hello.length] = (byte) (int) each);
        links[1].send(hello, 0, hello.length);
        // Not by which reason: BouncyCastle calls an unknown record version a fault of its own.
        assertThatThrownBy(
                        () ->
                                new DtlsAcceptor()
                                        .accept(links[0], RecordPairs.psk(), Duration.ofMillis(1)))
                .isInstanceOf(HandshakeRefused.class);
    }

    @Property(tries = 300)
    void noFirstDatagramEndsOtherThanRefused(@ForAll @Size(max = 120) byte[] datagram) {
        Link[] links = Link.pair();
        links[1].send(datagram, 0, datagram.length);
        assertThatThrownBy(
                        () ->
                                new DtlsAcceptor()
                                        .accept(links[0], RecordPairs.psk(), Duration.ofMillis(1)))
                .isInstanceOf(HandshakeRefused.class);
    }

    private static byte[] clientHello() {
        try {
            return DtlsTestClient.clientHello("07".repeat(32));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static DTLSTransport connect(DatagramLink link, DtlsPsk psk, int suite)
            throws IOException {
        return DtlsPskClient.connect(new JdkTlsCrypto(new SecureRandom()), link, psk, suite);
    }

    private int open(DtlsRecords records, byte[] datagram) {
        return records.open(datagram, 0, datagram.length, opened, 0);
    }

    private static byte[] sealed(DtlsRecords by, byte[] content) {
        byte[] record = new byte[content.length + by.sealer().overhead()];
        int length =
                by.sealer()
                        .seal(ContentTypes.APPLICATION_DATA, content, 0, content.length, record, 0);
        return Arrays.copyOf(record, length);
    }

    private static CompletableFuture<DtlsRecords> accept(
            DatagramLink link, DtlsPsk psk, Duration deadline) {
        var result = new CompletableFuture<DtlsRecords>();
        Thread.ofVirtual()
                .start(
                        () -> {
                            try {
                                result.complete(new DtlsAcceptor().accept(link, psk, deadline));
                            } catch (HandshakeRefused e) {
                                result.completeExceptionally(e);
                            }
                        });
        return result;
    }

    /** Loses the server's ChangeCipherSpec and Finished when they come for the first time. */
    private static final class LinkWithoutFirstFinished implements DatagramLink {

        private final Link link;
        private int lost;

        LinkWithoutFirstFinished(Link link) {
            this.link = link;
        }

        @Override
        public byte[] receive(Duration timeout) throws IOException {
            byte[] datagram = link.receive(timeout);
            boolean ofLastFlight = datagram != null && (datagram[0] == 20 || datagram[4] == 1);
            if (ofLastFlight && lost < 2) {
                lost++;
                return null;
            }
            return datagram;
        }

        @Override
        public void send(byte[] datagram, int offset, int length) {
            link.send(datagram, offset, length);
        }

        @Override
        public int mtuOctets() {
            return link.mtuOctets();
        }
    }
}
