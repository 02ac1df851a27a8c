package io.sallyport.vici;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One connection to charon: segments in and out, each with a deadline.
 *
 * <p>A blocking read of a Unix socket channel knows no timeout, so the channel does not block and a
 * selector waits. Not for use by several threads, but for {@link #close}, which any thread may call
 * and which ends a wait. After any exception the stream position is unknown, and the owner closes
 * the connection.
 */
final class ViciConnection implements Closeable {
    private static final int READ_BUFFER_LENGTH = 64 * 1024;
    private static final int FIRST_PAUSE_MILLIS = 2;
    private static final int LONGEST_PAUSE_MILLIS = 100;

    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;

    /** What was read and not yet consumed; always between position and limit. */
    private final ByteBuffer read = ByteBuffer.allocateDirect(READ_BUFFER_LENGTH).limit(0);

    private ViciConnection(SocketChannel channel, Selector selector) throws IOException {
        this.channel = channel;
        this.selector = selector;
        this.key = channel.register(selector, SelectionKey.OP_READ);
    }

    /**
     * Connects. While charon's accept queue is full, tries again after a pause that doubles up to
     * 100 ms (connecting in bursts is refused, LarsTi/ipsec_exporter issue 7).
     *
     * @throws ConnectException if nobody listens
     * @throws ViciTimeoutException if the queue is still full at the deadline
     */
    static ViciConnection connect(Path socket, Deadline deadline) throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(socket);
        for (int pause = FIRST_PAUSE_MILLIS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS)) {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                channel.configureBlocking(false);
                if (connectNow(channel, address)) {
                    return open(channel);
                }
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
            channel.close();
            if (deadline.isOver()) {
                throw deadline.missed("connecting to " + socket + ", whose accept queue is full,");
            }
            pause(Math.min(pause, deadline.remainingMillis()));
        }
    }

    /**
     * A Unix socket connects at once or not at all; EAGAIN says that the accept queue is full
     * (unix(7)). Java reports that as it does any error but ECONNREFUSED, by the words of the C
     * library, which depend on the locale: so it is told from the others by the socket being there
     * and being ours to write to.
     *
     * @return false if the accept queue is full
     */
    private static boolean connectNow(SocketChannel channel, UnixDomainSocketAddress address)
            throws IOException {
        try {
            return channel.connect(address);
        } catch (SocketException e) {
            if (!(e instanceof ConnectException) && Files.isWritable(address.getPath())) {
                return false;
            }
            ConnectException named =
                    new ConnectException("%s: %s".formatted(address, e.getMessage()));
            named.initCause(e);
            throw named;
        }
    }

    private static ViciConnection open(SocketChannel channel) throws IOException {
        Selector selector = Selector.open();
        try {
            return new ViciConnection(channel, selector);
        } catch (IOException | RuntimeException e) {
            selector.close();
            throw e;
        }
    }

    private static void pause(long millis) throws IOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new ClosedByInterruptException();
        }
    }

    /** Sends one encoded packet as one segment. */
    void send(ByteBuffer content, Deadline deadline) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(ViciCodec.HEADER_LENGTH);
        ByteBuffer[] segment = {header.putInt(content.remaining()).flip(), content};
        channel.write(segment);
        while (content.hasRemaining()) {
            if (!await(SelectionKey.OP_WRITE, deadline)) {
                throw deadline.missed("sending to charon");
            }
            channel.write(segment);
        }
    }

    /**
     * Receives the next packet, whole.
     *
     * @throws ViciTimeoutException if it is not complete by the deadline, or that has passed
     *     already
     * @throws EOFException if charon closes the connection
     * @throws ViciProtocolException if it is malformed
     */
    ViciPacket receive(Deadline deadline) throws IOException {
        if (deadline.isOver()) { // Else a stream that never pauses would never end.
            throw deadline.missed("charon's answer");
        }
        while (read.remaining() < ViciCodec.HEADER_LENGTH) {
            readMore(deadline);
        }
        int length = read.getInt();
        ViciCodec.requireSegmentLength(length);
        byte[] segment = new byte[length];
        int have = 0;
        while (true) {
            int next = Math.min(read.remaining(), length - have);
            read.get(segment, have, next);
            have += next;
            if (have == length) {
                return ViciCodec.decode(segment);
            }
            readMore(deadline);
        }
    }

    /**
     * Registers for an event.
     *
     * @return false if charon has no such event
     */
    boolean register(String event, Deadline deadline) throws IOException {
        send(ViciCodec.encode(new ViciPacket.EventRegister(event)), deadline);
        return isConfirmed("the confirmation of event " + event, deadline);
    }

    /** Ends what {@link #register} began. Events that were under way are dropped. */
    void unregister(String event, Deadline deadline) throws IOException {
        send(ViciCodec.encode(new ViciPacket.EventUnregister(event)), deadline);
        if (!isConfirmed("the end of event " + event, deadline)) {
            throw new ViciProtocolException("charon forgot the registration of event " + event);
        }
    }

    private boolean isConfirmed(String what, Deadline deadline) throws IOException {
        while (true) {
            switch (receive(deadline)) {
                case ViciPacket.Event _ -> {}
                case ViciPacket.EventConfirm _ -> {
                    return true;
                }
                case ViciPacket.EventUnknown _ -> {
                    return false;
                }
                case ViciPacket other -> throw unexpected(what, other);
            }
        }
    }

    static ViciProtocolException unexpected(String expected, ViciPacket came) {
        return new ViciProtocolException(
                "expected %s, came %s".formatted(expected, came.getClass().getSimpleName()));
    }

    /**
     * Waits for the first octet of a packet.
     *
     * @return false if none came by the deadline
     */
    boolean awaitPacket(Deadline deadline) throws IOException {
        return read.hasRemaining() || await(SelectionKey.OP_READ, deadline);
    }

    /**
     * Whether charon has closed this idle connection, or sent what nobody asked for. Does not wait.
     */
    boolean isStale() {
        try {
            return read.hasRemaining() || channel.read(read.clear().limit(1)) != 0;
        } catch (IOException _) {
            return true;
        } finally {
            read.flip();
        }
    }

    /** Adds at least one octet to {@link #read}. */
    private void readMore(Deadline deadline) throws IOException {
        read.compact();
        try {
            int count = channel.read(read);
            while (count == 0) {
                if (!await(SelectionKey.OP_READ, deadline)) {
                    throw deadline.missed("charon's answer");
                }
                count = channel.read(read);
            }
            if (count < 0) {
                throw new EOFException("charon closed the connection");
            }
        } finally {
            read.flip();
        }
    }

    /** Whether the channel became ready before the deadline. */
    private boolean await(int operation, Deadline deadline) throws IOException {
        try {
            key.interestOps(operation);
            while (!deadline.isOver()) {
                int ready = selector.select(_ -> {}, deadline.remainingMillis());
                if (Thread.currentThread().isInterrupted()) {
                    throw new ClosedByInterruptException();
                }
                if (ready > 0) {
                    return true;
                }
            }
            return false;
        } catch (ClosedSelectorException | CancelledKeyException _) {
            throw new ClosedChannelException();
        }
    }

    @Override
    public void close() throws IOException {
        try (selector) {
            channel.close();
        }
    }
}
