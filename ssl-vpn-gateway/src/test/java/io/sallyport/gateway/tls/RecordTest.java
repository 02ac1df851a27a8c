package io.sallyport.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.gateway.tls.RecordPairs.Pair;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import org.bouncycastle.tls.AlertDescription;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;

class RecordTest {

    private static final byte[] HELLO = {'h', 'e', 'l', 'l', 'o'};

    private final byte[] opened = new byte[20_000];

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void opensWhatWasSealedInOrder(boolean tls13) throws Exception {
        Pair pair = pair(tls13);
        for (int length : new int[] {0, 1, 1400, 16_384, 5}) {
            byte[] content = new byte[length];
            Arrays.fill(content, (byte) length);
            byte[] record = sealed(pair, ContentTypes.APPLICATION_DATA, content);
            assertThat(record).hasSize(length + pair.sealer().overhead());
            assertThat(pair.opener().recordLength(record, 0)).isEqualTo(record.length);

            int result = pair.opener().open(record, 0, record.length, opened, 0);

            assertThat(RecordOpener.contentType(result)).isEqualTo(ContentTypes.APPLICATION_DATA);
            assertThat(Arrays.copyOf(opened, RecordOpener.length(result))).isEqualTo(content);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void refusesRecordWithAnyOctetAltered(boolean tls13) {
        int length = sealed(pair(tls13), ContentTypes.APPLICATION_DATA, HELLO).length;
        for (int at = 0; at < length; at++) {
            Pair pair = pair(tls13);
            byte[] record = sealed(pair, ContentTypes.APPLICATION_DATA, HELLO);
            record[at] ^= 1;
            assertThatThrownBy(() -> pair.opener().open(record, 0, record.length, opened, 0))
                    .as("octet %d", at)
                    .isInstanceOf(RecordRefused.class);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void refusesRecordOutOfOrder(boolean tls13) throws Exception {
        Pair pair = pair(tls13);
        byte[] first = sealed(pair, ContentTypes.APPLICATION_DATA, HELLO);
        pair.opener().open(first, 0, first.length, opened, 0);
        assertRefused(pair, first, AlertDescription.bad_record_mac);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void refusesTruncatedRecord(boolean tls13) {
        Pair pair = pair(tls13);
        byte[] record = sealed(pair, ContentTypes.APPLICATION_DATA, HELLO);
        byte[] cut = Arrays.copyOf(record, record.length - 1);
        cut[4]--;
        assertRefused(pair, cut, AlertDescription.bad_record_mac);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void refusesTooLongRecordByItsHeader(boolean tls13) {
        byte[] header = {23, 3, 3, (byte) 0x41, 1};
        assertThatThrownBy(() -> pair(tls13).opener().recordLength(header, 0))
                .isInstanceOfSatisfying(
                        RecordRefused.class,
                        it ->
                                assertThat(it.alertDescription())
                                        .isEqualTo(AlertDescription.record_overflow));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void refusesStreamOfEmptyRecords(boolean tls13) throws Exception {
        Pair pair = pair(tls13);
        byte[] record = {};
        for (int i = 0; i < 32; i++) {
            record = sealed(pair, ContentTypes.APPLICATION_DATA, new byte[0]);
            pair.opener().open(record, 0, record.length, opened, 0);
        }
        assertRefused(
                pair,
                sealed(pair, ContentTypes.APPLICATION_DATA, new byte[0]),
                AlertDescription.unexpected_message);
    }

    @Test
    void refusesOpenRecordInTls13() {
        byte[] alert = {21, 3, 3, 0, 2, 1, 0};
        assertRefused(RecordPairs.tls13(), alert, AlertDescription.unexpected_message);
    }

    @Test
    void ignoresPadding() throws Exception {
        Pair pair = RecordPairs.tls13();
        // Data, its type, and zeros: the sealer's own type octet becomes the last of the padding.
        byte[] padded = {'h', 'i', 23, 0, 0, 0};
        byte[] record = sealed(pair, 0, padded);
        int result = pair.opener().open(record, 0, record.length, opened, 0);
        assertThat(RecordOpener.length(result)).isEqualTo(2);
        assertThat(RecordOpener.contentType(result)).isEqualTo(ContentTypes.APPLICATION_DATA);
    }

    @Test
    void refusesContentWithoutType() {
        Pair pair = RecordPairs.tls13();
        assertRefused(pair, sealed(pair, 0, new byte[3]), AlertDescription.unexpected_message);
    }

    @Test
    void updatesKeysAndAnswers() throws Exception {
        Pair up = RecordPairs.tls13();
        byte[] record = new byte[64];
        assertThat(control(up, record, up.sealer().updateKeys(true, record, 0)))
                .isEqualTo(Control.KEY_UPDATE_REQUESTED);
        assertThat(control(up, record, up.sealer().updateKeys(false, record, 0)))
                .isEqualTo(Control.GO_ON);

        byte[] data = sealed(up, ContentTypes.APPLICATION_DATA, HELLO);
        assertThat(RecordOpener.length(up.opener().open(data, 0, data.length, opened, 0)))
                .isEqualTo(HELLO.length);
    }

    @Test
    void refusesKeyUpdatesWithoutEnd() throws Exception {
        Pair up = RecordPairs.tls13();
        byte[] record = new byte[64];
        for (int i = 0; i < 32; i++) {
            control(up, record, up.sealer().updateKeys(false, record, 0));
        }
        int length = up.sealer().updateKeys(false, record, 0);
        assertThatThrownBy(() -> control(up, record, length)).isInstanceOf(RecordRefused.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"18000000", "1800000102", "180000010018000001", "0400000100", "01"})
    void refusesOtherHandshakeMessages(String hex) throws Exception {
        Pair pair = RecordPairs.tls13();
        byte[] message = java.util.HexFormat.of().parseHex(hex);
        byte[] record = sealed(pair, ContentTypes.HANDSHAKE, message);
        int result = pair.opener().open(record, 0, record.length, opened, 0);
        assertThatThrownBy(
                        () ->
                                pair.opener()
                                        .control(
                                                RecordOpener.contentType(result),
                                                opened,
                                                0,
                                                RecordOpener.length(result)))
                .isInstanceOf(RecordRefused.class);
    }

    @Test
    void refusesRenegotiationWithoutEndingTheConnection() throws Exception {
        Pair pair = RecordPairs.tls12();
        byte[] record = sealed(pair, ContentTypes.HANDSHAKE, new byte[] {1, 0, 0, 0});
        assertThat(control(pair, record, record.length)).isEqualTo(Control.RENEGOTIATION_REQUESTED);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void knowsTheEnd(boolean tls13) throws Exception {
        Pair pair = pair(tls13);
        byte[] record = new byte[64];
        assertThat(control(pair, record, pair.sealer().closeNotify(record, 0)))
                .isEqualTo(Control.PEER_CLOSED);
        assertThat(control(pair, record, pair.sealer().fatalAlert((short) 80, record, 0)))
                .isEqualTo(Control.PEER_CLOSED);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void asksForNewKeysInTime(boolean tls13) {
        RecordSealer sealer = pair(tls13).sealer();
        assertThat(sealer.updateDue()).isFalse();
        sealer.usedBlocks(RecordSealer.UPDATE_AT_BLOCKS - 1);
        byte[] record = new byte[64];
        sealer.seal(ContentTypes.APPLICATION_DATA, new byte[2], 0, 1, record, 0);
        assertThat(sealer.updateDue()).isTrue();
        if (tls13) {
            sealer.updateKeys(true, record, 0);
            assertThat(sealer.updateDue()).isFalse();
        }
        sealer.usedBlocks(RecordSealer.BLOCK_LIMIT);
        assertThatThrownBy(
                        () ->
                                sealer.seal(
                                        ContentTypes.APPLICATION_DATA,
                                        new byte[2],
                                        0,
                                        1,
                                        record,
                                        0))
                .isInstanceOf(IllegalStateException.class);
    }

    @Property(tries = 2000)
    void noOctetsFromTheNetworkDoMoreThanBeRefused(
            @ForAll @Size(max = 200) byte[] record, @ForAll boolean tls13) {
        Pair pair = pair(tls13);
        assertThatThrownBy(() -> pair.opener().open(padded(record), 0, record.length, opened, 0))
                .isInstanceOf(RecordRefused.class);
    }

    @Property(tries = 2000)
    void noContentDoesMoreThanBeRefused(
            @ForAll @Size(max = 40) byte[] content,
            @ForAll @IntRange(min = 0, max = 255) int type,
            @ForAll boolean tls13) {
        try {
            pair(tls13).opener().control(type, padded(content), 0, Math.max(1, content.length));
        } catch (RecordRefused e) {
            assertThat(e.alertDescription()).isPositive();
        }
    }

    /** A header's worth of octets must be there before anybody asks. */
    private static byte[] padded(byte[] octets) {
        return Arrays.copyOf(octets, Math.max(octets.length, RecordOpener.HEADER_LENGTH));
    }

    private Control control(Pair pair, byte[] record, int length) throws RecordRefused {
        int result = pair.opener().open(record, 0, length, opened, 0);
        return pair.opener()
                .control(RecordOpener.contentType(result), opened, 0, RecordOpener.length(result));
    }

    private void assertRefused(Pair pair, byte[] record, short alert) {
        assertThatThrownBy(() -> pair.opener().open(record, 0, record.length, opened, 0))
                .isInstanceOfSatisfying(
                        RecordRefused.class,
                        it -> assertThat(it.alertDescription()).isEqualTo(alert));
    }

    private static Pair pair(boolean tls13) {
        return tls13 ? RecordPairs.tls13() : RecordPairs.tls12();
    }

    private static byte[] sealed(Pair pair, int type, byte[] content) {
        byte[] plain = Arrays.copyOf(content, content.length + 1);
        byte[] record = new byte[content.length + pair.sealer().overhead()];
        int length = pair.sealer().seal(type, plain, 0, content.length, record, 0);
        return Arrays.copyOf(record, length);
    }
}
