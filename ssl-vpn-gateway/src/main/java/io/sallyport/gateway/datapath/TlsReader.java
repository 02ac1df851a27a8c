package io.sallyport.gateway.datapath;

import io.sallyport.gateway.datapath.DataPathCounts.Count;
import io.sallyport.gateway.datapath.TunnelCounters.Way;
import io.sallyport.gateway.datapath.packet.Octets;
import io.sallyport.gateway.tls.ContentTypes;
import io.sallyport.gateway.tls.RecordOpener;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Reads records from a TLS channel and deals with the CSTP packets in them. The buffers are shared
 * by all channels: of a channel only what is incomplete is kept. For one thread.
 */
final class TlsReader {
    private static final int READ = 256 << 10;
    private static final int LONGEST_RECORD = 17 << 10;

    /** Room for the virtio header in front of a packet, beside the CSTP header. */
    private static final int PLAIN = 16;

    /** A packet that began in another record. */
    private static final int LONGEST_PACKET = 16 << 10;

    private final Uplink uplink;
    private final DataPathCounts counts;
    private final ByteBuffer socket = ByteBuffer.allocateDirect(READ);
    private final byte[] in = new byte[LONGEST_RECORD + READ];
    private final byte[] plain = new byte[PLAIN + LONGEST_PACKET + LONGEST_RECORD];
    private long now;

    TlsReader(Uplink uplink, DataPathCounts counts) {
        this.uplink = uplink;
        this.counts = counts;
    }

    /**
     * Reads once, and deals with what came.
     *
     * @return how many records there were
     * @throws IOException if the connection is broken, or what came is no record (RecordRefused)
     */
    int read(Tunnel tunnel, long at) throws IOException {
        now = at;
        TlsChannel tls = tunnel.tls;
        socket.clear();
        int received = tls.channel.read(socket);
        if (received < 0) {
            tunnel.end(EndReason.CONNECTION_LOST);
            return 0;
        }
        tls.receivedAt = now;
        socket.flip();
        int begun = tls.partialRecord.length;
        System.arraycopy(tls.partialRecord, 0, in, 0, begun);
        socket.get(in, begun, received);
        return open(tunnel, begun + received);
    }

    private int open(Tunnel tunnel, int end) throws IOException {
        TlsChannel tls = tunnel.tls;
        int at = 0;
        int records = 0;
        while (!tunnel.hasEnded() && end - at >= RecordOpener.HEADER_LENGTH) {
            int length = tls.opener.recordLength(in, at);
            if (length > end - at) {
                break;
            }
            int from = PLAIN + tls.partialPacket.length;
            int opened = tls.opener.open(in, at, length, plain, from);
            int content = RecordOpener.length(opened);
            if (RecordOpener.contentType(opened) == ContentTypes.APPLICATION_DATA) {
                packets(tunnel, from + content);
            } else {
                control(tunnel, RecordOpener.contentType(opened), from, content);
            }
            at += length;
            records++;
        }
        tls.partialRecord = at == end ? TlsChannel.NOTHING : Arrays.copyOfRange(in, at, end);
        return records;
    }

    private void control(Tunnel tunnel, int type, int from, int length) throws IOException {
        switch (tunnel.tls.opener.control(type, plain, from, length)) {
            case GO_ON -> {}
            case KEY_UPDATE_REQUESTED ->
                    answer(tunnel, (sealer, out) -> sealer.updateKeys(false, out, 0));
            case RENEGOTIATION_REQUESTED ->
                    answer(tunnel, (sealer, out) -> sealer.refuseRenegotiation(out, 0));
            case PEER_CLOSED -> tunnel.end(EndReason.CLIENT_LEFT);
        }
    }

    private void answer(Tunnel tunnel, TlsChannel.SealedBySealer message) throws IOException {
        if (!tunnel.tls.sendOwn(message, now)) {
            tunnel.end(EndReason.PROTOCOL_ERROR); // it asks and asks, and does not read
        }
    }

    /**
     * The stock client puts one packet into one record, but the channel is a stream of them: a
     * record may have several, or a part of one.
     */
    private void packets(Tunnel tunnel, int end) throws IOException {
        byte[] begun = tunnel.tls.partialPacket;
        System.arraycopy(begun, 0, plain, PLAIN, begun.length);
        int at = PLAIN;
        while (end - at >= Cstp.HEADER_LENGTH) {
            int length = Octets.u16(plain, at + 4);
            int type = Octets.u8(plain, at + 6);
            if (Octets.i32(plain, at) != Cstp.MAGIC
                    || plain[at + 7] != 0
                    || length > LONGEST_PACKET - Cstp.HEADER_LENGTH) {
                tunnel.end(EndReason.PROTOCOL_ERROR);
                return;
            }
            if (end - at < Cstp.HEADER_LENGTH + length) {
                break;
            }
            at += Cstp.HEADER_LENGTH;
            packet(tunnel, type, at, length);
            if (tunnel.hasEnded()) {
                return;
            }
            at += length;
        }
        tunnel.tls.partialPacket =
                at == end ? TlsChannel.NOTHING : Arrays.copyOfRange(plain, at, end);
    }

    private void packet(Tunnel tunnel, int type, int at, int length) throws IOException {
        switch (type) {
            case Cstp.DATA -> {
                uplink.carry(tunnel, Way.TLS_UP, plain, at, length, now);
                leaveSilentDtls(tunnel);
            }
            case Cstp.DPD_REQUEST ->
                    tunnel.tls.sendControl(Cstp.DPD_RESPONSE, plain, at, length, now);
            case Cstp.DPD_RESPONSE, Cstp.KEEPALIVE -> {}
            case Cstp.DISCONNECT ->
                    tunnel.end(
                            length > 0 && Octets.u8(plain, at) == Cstp.CODE_LOGOUT
                                    ? EndReason.LOGOUT
                                    : EndReason.CLIENT_LEFT);
            case Cstp.TERMINATE -> tunnel.end(EndReason.CLIENT_LEFT);
            default -> {
                counts.add(Count.CSTP_UNKNOWN_TYPE, 1);
                tunnel.end(EndReason.PROTOCOL_ERROR);
            }
        }
    }

    /** A client that sends packets here has given UDP up, often before we could notice. */
    private void leaveSilentDtls(Tunnel tunnel) {
        DtlsChannel dtls = tunnel.dtls.get();
        if (dtls != null && dtls.carrying && now - dtls.receivedAt >= Liveness.SUSPECT_NANOS) {
            tunnel.suspendDtls(dtls);
        }
    }

    /** Reads and forgets. @return -1 at the end of the stream */
    int discard(TlsChannel tls) throws IOException {
        socket.clear();
        return tls.channel.read(socket);
    }
}
