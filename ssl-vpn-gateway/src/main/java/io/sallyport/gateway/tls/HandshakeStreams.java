package io.sallyport.gateway.tls;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * A blocking channel as BouncyCastle reads and writes it. A flight of the handshake leaves in one
 * piece, when the peer's next record is asked for, instead of record by record.
 */
final class HandshakeStreams {

    /** Certificates and their staple are what makes a flight long. */
    private static final int FLIGHT = 4096;

    private final SocketChannel channel;
    private ByteBuffer flight = ByteBuffer.allocate(FLIGHT);

    HandshakeStreams(SocketChannel channel) {
        this.channel = channel;
    }

    InputStream in() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                send();
                return channel.read(ByteBuffer.wrap(into, offset, length));
            }
        };
    }

    OutputStream out() {
        return new OutputStream() {
            @Override
            public void write(int octet) {
                write(new byte[] {(byte) octet}, 0, 1);
            }

            @Override
            public void write(byte[] from, int offset, int length) {
                if (flight.remaining() < length) {
                    flight.flip();
                    flight = ByteBuffer.allocate(flight.limit() + length + FLIGHT).put(flight);
                }
                flight.put(from, offset, length);
            }
        };
    }

    /** Sends what has been written; blocks. */
    void send() throws IOException {
        flight.flip();
        while (flight.hasRemaining()) {
            channel.write(flight);
        }
        flight.clear();
    }
}
