package io.sallyport.gateway.tls;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Objects;

/**
 * A TLS connection from its finished handshake up to the take-over by the data path. Belongs to one
 * virtual thread; reads and writes block. No more is read from the channel than the record asked
 * for.
 */
public final class TlsConnection implements Closeable {

    private final SocketChannel channel;
    private final Deadline deadline;
    private final RecordSealer sealer;
    private final RecordOpener opener;
    private final DtlsPsk psk;
    private final ClientCertificate clientCertificate;
    private final String version;
    private final String cipherSuite;
    private final ByteBuffer header = ByteBuffer.allocate(RecordOpener.HEADER_LENGTH);
    private byte[] content = new byte[0];
    private int contentOffset;
    private int contentLength;
    private boolean peerClosed;
    private boolean takenOver;

    TlsConnection(
            SocketChannel channel,
            Deadline deadline,
            GatewayTlsServer server,
            HandshakeCipher cipher,
            ClientCertificate clientCertificate) {
        this.channel = channel;
        this.deadline = deadline;
        this.sealer = cipher.sealer();
        this.opener = cipher.opener();
        this.psk = server.psk();
        this.clientCertificate = clientCertificate;
        this.version = server.version();
        this.cipherSuite = server.cipherSuite();
    }

    /**
     * What the client sends, up to its close_notify. Reads end with a SocketTimeoutException after
     * the deadline, and with {@link RecordRefused} if the client breaks the protocol.
     */
    public InputStream in() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                Objects.checkFromIndexSize(offset, length, into.length);
                return length == 0 ? 0 : TlsConnection.this.read(into, offset, length);
            }
        };
    }

    /** What goes to the client: each write is sealed at once, and reaches the socket. */
    public OutputStream out() {
        return new OutputStream() {
            @Override
            public void write(int octet) throws IOException {
                write(new byte[] {(byte) octet}, 0, 1);
            }

            @Override
            public void write(byte[] from, int offset, int length) throws IOException {
                Objects.checkFromIndexSize(offset, length, from.length);
                TlsConnection.this.write(from, offset, length);
            }
        };
    }

    /**
     * From now on, reads and writes must be over within this time, all together. The time given to
     * the handshake runs on until this is called.
     */
    public void deadline(Duration fromNow) {
        deadline.in(fromNow);
    }

    /** What the client showed of itself. */
    public ClientCertificate clientCertificate() {
        return clientCertificate;
    }

    /** "TLSv1.3" or "TLSv1.2". */
    public String version() {
        return version;
    }

    /** The suite's name, as registered: "TLS_AES_256_GCM_SHA384". */
    public String cipherSuite() {
        return cipherSuite;
    }

    /**
     * Hands the connection to the data path: the channel is non-blocking from here on, and this
     * object and its streams are dead.
     *
     * @throws IOException if the connection is closed, its time is over, or the client has sent
     *     more than was read: it has nothing to say before it has the reply to its CONNECT
     */
    public EstablishedTls takeOver() throws IOException {
        deadline.cancel();
        requireOwn();
        if (contentLength > 0) {
            throw new IOException("the client sent more than its request");
        }
        channel.configureBlocking(false);
        takenOver = true;
        return new EstablishedTls(channel, sealer, opener, psk);
    }

    /** Sends close_notify if that is possible at once, and closes the channel. */
    @Override
    public void close() {
        if (takenOver) {
            return;
        }
        deadline.cancel();
        try (channel) {
            if (channel.isOpen()) {
                channel.configureBlocking(false);
                byte[] record = new byte[sealer.overhead() + 2];
                int length = sealer.closeNotify(record, 0);
                channel.write(ByteBuffer.wrap(record, 0, length));
            }
        } catch (IOException _) {
            // The peer is gone.
        }
    }

    private int read(byte[] into, int offset, int length) throws IOException {
        requireOwn();
        while (contentLength == 0) {
            if (peerClosed || !readRecord()) {
                return -1;
            }
        }
        int given = Math.min(length, contentLength);
        System.arraycopy(content, contentOffset, into, offset, given);
        contentOffset += given;
        contentLength -= given;
        return given;
    }

    /** Reads one record. @return false if the client closed the connection instead */
    private boolean readRecord() throws IOException {
        header.clear();
        if (!fill(header)) {
            return false;
        }
        try {
            int length = opener.recordLength(header.array(), 0);
            ByteBuffer record = ByteBuffer.allocate(length).put(header.flip());
            if (!fill(record)) {
                return false;
            }
            content = content.length < length ? new byte[length] : content;
            take(opener.open(record.array(), 0, length, content, 0));
            return true;
        } catch (RecordRefused e) {
            byte[] alert = new byte[sealer.overhead() + 2];
            send(alert, sealer.fatalAlert(e.alertDescription(), alert, 0));
            throw e;
        }
    }

    private void take(int opened) throws IOException {
        int length = RecordOpener.length(opened);
        int type = RecordOpener.contentType(opened);
        if (type == ContentTypes.APPLICATION_DATA) {
            contentOffset = 0;
            contentLength = length;
            return;
        }
        byte[] answer = new byte[sealer.overhead() + 8];
        switch (opener.control(type, content, 0, length)) {
            case GO_ON -> {}
            case KEY_UPDATE_REQUESTED -> send(answer, sealer.updateKeys(false, answer, 0));
            case RENEGOTIATION_REQUESTED -> send(answer, sealer.refuseRenegotiation(answer, 0));
            case PEER_CLOSED -> peerClosed = true;
        }
    }

    private void write(byte[] from, int offset, int length) throws IOException {
        requireOwn();
        int end = offset + length;
        for (int at = offset; at < end; at += RecordFormat.CONTENT_LIMIT) {
            int part = Math.min(end - at, RecordFormat.CONTENT_LIMIT);
            byte[] plain = new byte[part + 1];
            System.arraycopy(from, at, plain, 0, part);
            byte[] record = new byte[part + sealer.overhead()];
            send(record, sealer.seal(ContentTypes.APPLICATION_DATA, plain, 0, part, record, 0));
        }
    }

    private void send(byte[] record, int length) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(record, 0, length);
        try {
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
        } catch (IOException e) {
            throw late(e);
        }
    }

    private boolean fill(ByteBuffer buffer) throws IOException {
        try {
            while (buffer.hasRemaining()) {
                if (channel.read(buffer) < 0) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            throw late(e);
        }
    }

    private IOException late(IOException e) {
        if (!deadline.passed()) {
            return e;
        }
        var timeout = new SocketTimeoutException("the time for this was over");
        timeout.initCause(e);
        return timeout;
    }

    private void requireOwn() throws IOException {
        if (takenOver) {
            throw new IOException("the data path has this connection");
        }
    }
}
