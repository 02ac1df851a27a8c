package io.sallyport.gateway.datapath;

import io.sallyport.gateway.datapath.TunnelCounters.Drop;
import io.sallyport.gateway.datapath.TunnelCounters.Way;
import io.sallyport.gateway.datapath.packet.Octets;
import io.sallyport.gateway.datapath.packet.Segmenter;
import io.sallyport.gateway.datapath.packet.VirtioHeader;
import io.sallyport.gateway.datapath.tun.Tun;
import io.sallyport.gateway.datapath.udp.UdpSender;
import io.sallyport.gateway.tls.ContentTypes;
import io.sallyport.gateway.tls.RecordSealer;

import java.io.IOException;

/**
 * The way of packets from the TUN device to clients: reads frames, cuts them into packets, seals
 * them, and writes what one burst has for one client with one call. For one thread at a time; which
 * one, {@link DeviceLoan} says.
 *
 * <p>It never waits for a client: packets for one that does not read are dropped before they are
 * sealed.
 */
final class Downlink {
    private static final int LONGEST_FRAME = 65_535 + VirtioHeader.LENGTH;
    private static final int ROOM_BEFORE = 64;
    private static final int ROOM_BEHIND = 16;

    /** What one write to a TLS channel gathers, in octets. */
    private static final int GATHER = 64 << 10;

    private static final int LONGEST_RECORD = 17 << 10;

    private final Tun tun;
    private final boolean withVirtio;
    private final Tunnels tunnels;
    private final UdpSender udp;
    private final NanoClock clock;
    private final DataPathCounts counts;
    private final Segmenter segmenter = new Segmenter();
    private final byte[] frame = new byte[ROOM_BEFORE + LONGEST_FRAME + ROOM_BEHIND];
    private final byte[] records = new byte[GATHER + LONGEST_RECORD];
    private int gathered;
    private Tunnel gathering; // its TLS channel is locked; null: none
    private long now;

    Downlink(Tun tun, Tunnels tunnels, UdpSender udp, NanoClock clock, DataPathCounts counts) {
        this.tun = tun;
        this.withVirtio = tun.hasVirtioHeaders();
        this.tunnels = tunnels;
        this.udp = udp;
        this.clock = clock;
        this.counts = counts;
    }

    /**
     * Carries what is there, and sends it when there is no more.
     *
     * @param most frames, after which it returns though there may be more
     * @return how many frames there were
     * @throws IOException if the device is gone
     */
    int burst(int most) throws IOException {
        int frames = 0;
        now = clock.nanos();
        try {
            while (frames < most && carryOne()) {
                frames++;
            }
        } finally {
            flush();
        }
        return frames;
    }

    /** As {@link #burst}, but each frame is sent before the next is looked for. */
    int oneByOne(int most) throws IOException {
        int frames = 0;
        while (frames < most && burst(1) > 0) {
            frames++;
        }
        return frames;
    }

    private void flush() {
        flushTls();
        udp.flush();
    }

    private boolean carryOne() throws IOException {
        int length = tun.read(frame, ROOM_BEFORE);
        if (length <= 0) {
            return false;
        }
        carry(length);
        return true;
    }

    private void carry(int length) {
        if (!segmenter.take(frame, ROOM_BEFORE, length, withVirtio)) {
            counts.add(DataPathCounts.Count.FRAMES_MALFORMED, 1);
            return;
        }
        Tunnel tunnel =
                tunnels.find(
                        segmenter.packet().destinationHigh(), segmenter.packet().destinationLow());
        if (tunnel == null) {
            counts.add(DataPathCounts.Count.PACKETS_WITHOUT_TUNNEL, segmenter.count());
            return;
        }
        if (segmenter.longest() > tunnel.spec.mtuOctets()) {
            tunnel.counters.dropped(Drop.TOO_LONG, segmenter.count());
        } else if (!tunnel.spec.filter().permitsToClient(segmenter.packet())) {
            tunnel.counters.dropped(Drop.DENIED, segmenter.count());
        } else if (tunnel.down != null && !tunnel.down.take(segmenter.octets(), now)) {
            tunnel.counters.dropped(Drop.OVER_LIMIT, segmenter.count());
        } else {
            send(tunnel);
        }
    }

    private void send(Tunnel tunnel) {
        DtlsChannel dtls = tunnel.dtls.get();
        if (dtls != null && dtls.carrying) {
            sendDtls(tunnel, dtls);
            return;
        }
        if (gathering != tunnel) {
            flushTls();
            tunnel.tls.lock.lock();
            gathering = tunnel;
        }
        try {
            sendTls(tunnel);
        } catch (IOException _) {
            letGo();
            tunnel.end(EndReason.CONNECTION_LOST);
        } catch (IllegalStateException _) {
            // The key is used up, and the client did not make a new tunnel in time.
            letGo();
            tunnel.end(EndReason.PROTOCOL_ERROR);
        }
    }

    private void sendDtls(Tunnel tunnel, DtlsChannel dtls) {
        for (int length = segmenter.next(); length > 0; length = segmenter.next()) {
            int type = segmenter.offset() - 1;
            frame[type] = Cstp.DATA;
            dtls.send(udp, frame, type, length + 1);
        }
        dtls.packetSentAt = now;
        dtls.sentAt = now;
        carried(tunnel, Way.DTLS_DOWN);
        if (dtls.isUsedUp()) {
            tunnel.dropDtls(dtls); // the client probes, hears nothing, and makes a new handshake
        }
    }

    private void sendTls(Tunnel tunnel) throws IOException {
        if (!tunnel.tls.takesMore()) {
            tunnel.counters.dropped(Drop.CLIENT_TOO_SLOW, segmenter.count());
            return;
        }
        RecordSealer sealer = tunnel.tls.sealer;
        if (sealer.updateDue() && sealer.updatesKeys()) {
            gathered += sealer.updateKeys(false, records, gathered);
        }
        for (int length = segmenter.next(); length > 0; length = segmenter.next()) {
            int header = segmenter.offset() - Cstp.HEADER_LENGTH;
            Octets.put32(frame, header, Cstp.MAGIC);
            Octets.put16(frame, header + 4, length);
            Octets.put16(frame, header + 6, Cstp.DATA);
            gathered +=
                    sealer.seal(
                            ContentTypes.APPLICATION_DATA,
                            frame,
                            header,
                            Cstp.HEADER_LENGTH + length,
                            records,
                            gathered);
            if (gathered >= GATHER) {
                writeGathered();
            }
        }
        carried(tunnel, Way.TLS_DOWN);
    }

    private void carried(Tunnel tunnel, Way way) {
        tunnel.packetAt = now;
        tunnel.counters.carried(way, segmenter.count(), segmenter.octets());
    }

    private void writeGathered() throws IOException {
        int length = gathered;
        gathered = 0;
        if (length > 0) {
            gathering.tls.write(records, length, now);
        }
    }

    private void flushTls() {
        Tunnel tunnel = gathering;
        if (tunnel == null) {
            return;
        }
        try {
            writeGathered();
            letGo();
        } catch (IOException _) {
            letGo();
            tunnel.end(EndReason.CONNECTION_LOST);
        }
    }

    private void letGo() {
        gathered = 0;
        if (gathering != null) {
            Tunnel tunnel = gathering;
            gathering = null;
            tunnel.tls.lock.unlock();
        }
    }
}
