package io.sallyport.gateway.datapath;

import io.sallyport.gateway.datapath.udp.PeerAddress;
import io.sallyport.gateway.datapath.udp.UdpSender;
import io.sallyport.gateway.tls.ContentTypes;
import io.sallyport.gateway.tls.DtlsRecords;

import java.util.concurrent.locks.ReentrantLock;

/**
 * One DTLS association of a tunnel, bound to the address that its handshake came from: without
 * connection ids (RFC 9146) a record from elsewhere proves nothing about where the client is, as it
 * may be an old one sent again by somebody else. A client that moves makes a new handshake.
 *
 * <p>Opening belongs to the thread that receives UDP; sealing is guarded by a lock.
 */
final class DtlsChannel {
    final Tunnel tunnel;
    final PeerAddress peer;
    final DtlsRecords records;
    private final int overhead;
    private final ReentrantLock sealing = new ReentrantLock();

    /** When the last good record came; written by the receiving thread. */
    volatile long receivedAt;

    /** When we last sent anything. */
    volatile long sentAt;

    /** When we last sent a packet. */
    volatile long packetSentAt;

    /** Whether packets to the client travel here; otherwise on TLS until UDP is heard again. */
    volatile boolean carrying = true;

    DtlsChannel(Tunnel tunnel, PeerAddress peer, DtlsRecords records, long now) {
        this.tunnel = tunnel;
        this.peer = peer;
        this.records = records;
        overhead = records.sealer().overhead();
        receivedAt = now;
        sentAt = now;
        packetSentAt = now;
    }

    /**
     * Seals one packet into a sender.
     *
     * @param plain the type octet and the payload
     */
    void send(UdpSender sender, byte[] plain, int offset, int length) {
        sender.prepare(peer, length + overhead);
        int at = sender.position();
        int sealed;
        sealing.lock();
        try {
            sealed =
                    records.sealer()
                            .seal(
                                    ContentTypes.APPLICATION_DATA,
                                    plain,
                                    offset,
                                    length,
                                    sender.buffer(),
                                    at);
        } finally {
            sealing.unlock();
        }
        sender.added(sealed);
    }

    /** Whether the key nears its limit: a new handshake is due. */
    boolean isUsedUp() {
        return records.sealer().updateDue();
    }
}
