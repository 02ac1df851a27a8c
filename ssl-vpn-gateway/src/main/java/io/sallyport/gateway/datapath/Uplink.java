package io.sallyport.gateway.datapath;

import io.sallyport.gateway.datapath.TunnelCounters.Drop;
import io.sallyport.gateway.datapath.TunnelCounters.Way;
import io.sallyport.gateway.datapath.packet.Coalescer;
import io.sallyport.gateway.datapath.packet.FrameSink;
import io.sallyport.gateway.datapath.packet.IpPacket;

/** The way of packets from clients to the TUN device, behind the decryption. One per thread. */
final class Uplink {
    private final IpPacket packet = new IpPacket();
    private final Coalescer coalescer;

    Uplink(FrameSink tun, boolean withVirtio) {
        coalescer = new Coalescer(tun, withVirtio);
    }

    /**
     * Carries one packet, if the tunnel may send it. The limit of the bandwidth is kept here for
     * UDP; a TLS channel above it is not read from for a while instead (see {@link TcpToTun}).
     *
     * @param octets the {@link Coalescer#ROOM_BEFORE} octets in front of the packet are overwritten
     */
    void carry(Tunnel tunnel, Way way, byte[] octets, int offset, int length, long now) {
        TunnelCounters counters = tunnel.counters;
        if (!packet.read(octets, offset, length)) {
            counters.dropped(Drop.MALFORMED, 1);
        } else if (!tunnel.owns(packet.isIpv4(), packet.sourceHigh(), packet.sourceLow())) {
            counters.dropped(Drop.SPOOFED, 1);
        } else if (!tunnel.spec.filter().permitsFromClient(packet)) {
            counters.dropped(Drop.DENIED, 1);
        } else if (!isWithinLimit(tunnel, way, length, now)) {
            counters.dropped(Drop.OVER_LIMIT, 1);
        } else {
            tunnel.packetAt = now;
            counters.carried(way, 1, length);
            coalescer.add(packet, octets, offset);
        }
    }

    private static boolean isWithinLimit(Tunnel tunnel, Way way, int length, long now) {
        if (tunnel.up == null) {
            return true;
        }
        if (way == Way.DTLS_UP) {
            return tunnel.up.take(length, now);
        }
        tunnel.up.overdraw(length, now);
        return true;
    }

    /** Writes what waited to be joined. At the end of each batch. */
    void flush() {
        coalescer.flush();
    }

    long joined() {
        return coalescer.joined();
    }
}
