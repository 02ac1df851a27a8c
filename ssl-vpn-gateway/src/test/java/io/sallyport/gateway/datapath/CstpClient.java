package io.sallyport.gateway.datapath;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.tls.ContentTypes;
import io.sallyport.gateway.tls.EstablishedTls;
import io.sallyport.gateway.tls.RecordOpener;
import io.sallyport.gateway.tls.RecordPairs;
import io.sallyport.gateway.tls.RecordRefused;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Arrays;

/** The client's end of a TLS channel, after CONNECT. Reads block, but not for ever. */
final class CstpClient implements Closeable {
    private static final int PATIENCE_MILLIS = 10_000;
    private static final int CLOSE_NOTIFY = 0;

    private final EstablishedTls server;
    private final EstablishedTls own;
    private final SocketChannel channel;
    private final DataInputStream in;
    private int keyUpdates;
    private boolean leave;

    /** One packet that came. */
    static final class Received {
        private final int type;
        private final byte[] payload;

        private Received(int type, byte[] payload) {
            this.type = type;
            this.payload = payload;
        }

        int type() {
            return type;
        }

        byte[] payload() {
            return payload;
        }
    }

    CstpClient() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(loopback, 0));
            channel = SocketChannel.open(listener.getLocalAddress());
            SocketChannel accepted = listener.accept();
            accepted.configureBlocking(false);
            RecordPairs.Ends ends = RecordPairs.tls13(accepted, channel);
            server = ends.server();
            own = ends.client();
        }
        channel.socket().setSoTimeout(PATIENCE_MILLIS);
        in = new DataInputStream(channel.socket().getInputStream());
    }

    /** The gateway's end. */
    EstablishedTls server() {
        return server;
    }

    static byte[] cstp(int type, byte[] payload) {
        return ByteBuffer.allocate(8 + payload.length)
                .putInt(Cstp.MAGIC)
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) 0)
                .put(payload)
                .array();
    }

    void send(int type, byte... payload) throws IOException {
        sendRecord(cstp(type, payload));
    }

    /** Sends content of any kind in one record. */
    void sendRecord(byte[] content) throws IOException {
        sendRaw(sealed(content));
    }

    /** Sends one record, each octet by itself. */
    void sendSlowly(byte[] content) throws IOException {
        for (byte octet : sealed(content)) {
            sendRaw(new byte[] {octet});
        }
    }

    /** One record with content of any kind. */
    byte[] sealed(byte[] content) {
        byte[] plain = Arrays.copyOf(content, content.length + 1);
        byte[] record = new byte[content.length + own.sealer().overhead()];
        int length =
                own.sealer()
                        .seal(ContentTypes.APPLICATION_DATA, plain, 0, content.length, record, 0);
        return Arrays.copyOf(record, length);
    }

    /** Sends octets that may be no record. */
    void sendRaw(byte[] octets) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(octets);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    void updateKeys() throws IOException {
        byte[] record = new byte[64];
        sendRaw(Arrays.copyOf(record, own.sealer().updateKeys(true, record, 0)));
    }

    /** How often the gateway has changed its key, as far as was received. */
    int keyUpdates() {
        return keyUpdates;
    }

    void closeNotify() throws IOException {
        byte[] record = new byte[64];
        sendRaw(Arrays.copyOf(record, own.sealer().closeNotify(record, 0)));
    }

    /** Whether the gateway's last word was close_notify. */
    boolean wasTakenLeaveOf() {
        return leave;
    }

    /** The next packet; a key update of the gateway is dealt with on the way. */
    Received receive() throws IOException {
        while (true) {
            byte[] content = new byte[20_000];
            int opened = receiveRecord(content);
            int length = RecordOpener.length(opened);
            if (RecordOpener.contentType(opened) == ContentTypes.APPLICATION_DATA) {
                ByteBuffer packet = ByteBuffer.wrap(content, 0, length);
                assertThat(packet.getInt()).isEqualTo(Cstp.MAGIC);
                assertThat(packet.getShort() & 0xffff).as("one packet").isEqualTo(length - 8);
                return new Received(
                        packet.getShort() >>> 8, Arrays.copyOfRange(content, 8, length));
            }
            own.opener().control(RecordOpener.contentType(opened), content, 0, length);
            keyUpdates++;
        }
    }

    private int receiveRecord(byte[] content) throws IOException {
        byte[] record = new byte[17_000];
        in.readFully(record, 0, 5);
        int length = own.opener().recordLength(record, 0);
        in.readFully(record, 5, length - 5);
        return own.opener().open(record, 0, length, content, 0);
    }

    /** Reads until the gateway ends the connection. @return packets that came before that */
    int readToTheEnd() throws IOException {
        byte[] content = new byte[20_000];
        int records = 0;
        try {
            while (true) {
                int opened = receiveRecord(content);
                if (RecordOpener.contentType(opened) == ContentTypes.ALERT) {
                    leave = RecordOpener.length(opened) == 2 && content[1] == CLOSE_NOTIFY;
                    assertThat(in.read()).as("after the alert").isNegative();
                    return records;
                }
                records++;
            }
        } catch (EOFException | RecordRefused _) {
            return records;
        }
    }

    void endOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
