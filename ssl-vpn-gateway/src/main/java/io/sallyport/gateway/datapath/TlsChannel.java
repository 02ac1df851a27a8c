package io.sallyport.gateway.datapath;

import io.sallyport.gateway.datapath.packet.Octets;
import io.sallyport.gateway.tls.ContentTypes;
import io.sallyport.gateway.tls.EstablishedTls;
import io.sallyport.gateway.tls.RecordOpener;
import io.sallyport.gateway.tls.RecordSealer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The TLS connection of one tunnel. Writing is guarded by {@link #lock}: who seals holds it until
 * what was sealed is written or waits here, because records go out in the order of their numbers.
 * Reading belongs to the thread that reads TCP.
 */
final class TlsChannel {
    /** What may wait for a client that does not read, in octets. */
    private static final int MOST_PENDING = 256 << 10;

    /** Room for what is sent although too much waits: key updates, the goodbye. */
    private static final int CONTROL_ROOM = 1 << 10;

    final ReentrantLock lock = new ReentrantLock();
    final SocketChannel channel;
    final RecordSealer sealer; // guarded by lock
    final RecordOpener opener;
    private final PendingBudget budget;

    // Guarded by lock.
    private ByteBuffer pending = ByteBuffer.allocate(0);
    private int ownPending; // octets of our own messages that were sealed since something waits
    private boolean shut;

    private volatile SelectionKey key;
    private volatile long sentAt;

    /** When the last octet came; written by the reading thread. */
    volatile long receivedAt;

    // The reading thread's: an incomplete record, and the CSTP packet of which records so far had
    // the beginning.
    byte[] partialRecord = NOTHING;
    byte[] partialPacket = NOTHING;

    static final byte[] NOTHING = {};

    TlsChannel(EstablishedTls tls, PendingBudget budget, long now) {
        channel = tls.channel();
        sealer = tls.sealer();
        opener = tls.opener();
        this.budget = budget;
        sentAt = now;
        receivedAt = now;
    }

    /** Known once the reading thread has registered the channel. */
    void registered(SelectionKey registered) {
        key = registered;
        lock.lock();
        try {
            if (pending.hasRemaining()) {
                wantWrite();
            }
        } finally {
            lock.unlock();
        }
    }

    SelectionKey key() {
        return key;
    }

    long sentAt() {
        return sentAt;
    }

    /** Whether more may be sealed; otherwise it is to be dropped. Under the lock. */
    boolean takesMore() {
        return !shut && pending.remaining() < MOST_PENDING;
    }

    /** Writes sealed records, or keeps what the socket does not take. Under the lock. */
    void write(byte[] records, int length, long now) throws IOException {
        sentAt = now;
        if (shut) {
            return;
        }
        ByteBuffer buffer = ByteBuffer.wrap(records, 0, length);
        if (!pending.hasRemaining()) {
            channel.write(buffer);
        }
        if (buffer.hasRemaining()) {
            keep(buffer);
        }
    }

    private void keep(ByteBuffer rest) throws IOException {
        boolean first = !pending.hasRemaining();
        int needed = pending.remaining() + rest.remaining();
        if (needed > pending.capacity()) {
            int capacity = Math.max(needed, Math.min(2 * needed, MOST_PENDING + CONTROL_ROOM));
            if (!budget.take(capacity)) {
                // Records cannot be left out, so that the connection has to end.
                throw new IOException("too much waits for slow clients");
            }
            ByteBuffer larger = ByteBuffer.allocate(capacity).put(pending);
            budget.giveBack(pending.capacity());
            pending = larger;
        } else {
            pending.compact();
        }
        pending.put(rest).flip();
        if (first) {
            wantWrite();
        }
    }

    private void wantWrite() {
        SelectionKey registered = key;
        try {
            if (registered != null) {
                registered.interestOpsOr(SelectionKey.OP_WRITE);
                registered.selector().wakeup();
            }
        } catch (CancelledKeyException _) {
            // It was closed meanwhile.
        }
    }

    /** Writes what waits, as far as the socket takes it. For the reading thread. */
    void writePending() throws IOException {
        lock.lock();
        try {
            channel.write(pending);
            if (!pending.hasRemaining()) {
                release();
                key.interestOpsAnd(~SelectionKey.OP_WRITE);
                if (shut) {
                    channel.shutdownOutput();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Sends a packet other than data; left out if the client does not read.
     *
     * @return whether it was sent or waits
     */
    boolean sendControl(int type, byte[] payload, int offset, int length, long now)
            throws IOException {
        byte[] plain = new byte[Cstp.HEADER_LENGTH + length + 1];
        Octets.put32(plain, 0, Cstp.MAGIC);
        Octets.put16(plain, 4, length);
        plain[6] = (byte) type;
        System.arraycopy(payload, offset, plain, Cstp.HEADER_LENGTH, length);
        byte[] record = new byte[plain.length - 1 + sealer.overhead()];
        lock.lock();
        try {
            if (!takesMore()) {
                return false;
            }
            int sealed =
                    sealer.seal(
                            ContentTypes.APPLICATION_DATA, plain, 0, plain.length - 1, record, 0);
            write(record, sealed, now);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Something that the sealer writes by itself. */
    interface SealedBySealer {
        int seal(RecordSealer sealer, byte[] out);
    }

    /**
     * Answers with a handshake message or an alert. A client that does not read has a few of them
     * coming, as its questions may have crossed with what waits; but not without end.
     *
     * @return whether it was sent or waits; otherwise the client is to be left
     */
    boolean sendOwn(SealedBySealer message, long now) throws IOException {
        lock.lock();
        try {
            if (ownPending >= CONTROL_ROOM) {
                return false;
            }
            int length = say(message, now);
            if (pending.hasRemaining()) {
                ownPending += length;
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private int say(SealedBySealer message, long now) throws IOException {
        byte[] record = new byte[CONTROL_ROOM / 2];
        int length = message.seal(sealer, record);
        write(record, length, now);
        return length;
    }

    /**
     * Says a last alert and that nothing more will come, and closes when the client has read it; or
     * closes at once if that is not possible. The rest of what waits is still written.
     */
    void finish(SealedBySealer alert, long now) {
        lock.lock();
        try {
            say(alert, now);
            shut = true;
            if (!pending.hasRemaining()) {
                channel.shutdownOutput();
            }
        } catch (IOException | IllegalStateException _) {
            close();
        } finally {
            lock.unlock();
        }
    }

    /** Closes at once. */
    void close() {
        lock.lock();
        try {
            shut = true;
            release();
            channel.close();
        } catch (IOException _) {
            // It is closed all the same.
        } finally {
            lock.unlock();
        }
    }

    private void release() {
        budget.giveBack(pending.capacity());
        pending = ByteBuffer.allocate(0);
        ownPending = 0;
    }
}
