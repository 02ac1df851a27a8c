package io.sallyport.gateway.datapath;

import io.sallyport.gateway.datapath.udp.UdpSender;

import java.io.IOException;
import java.util.Optional;

/** Does for one tunnel what is due by time; see {@link Liveness}. For one thread. */
final class Sweep {
    private static final byte[] EMPTY = {};

    private final UdpSender udp;

    Sweep(UdpSender udp) {
        this.udp = udp;
    }

    void over(Tunnel tunnel, long now) {
        if (tunnel.liveness.isIdle(tunnel.packetAt, now)) {
            tunnel.end(EndReason.IDLE, Optional.of("Idle timeout"));
            return;
        }
        try {
            overTls(tunnel, now);
        } catch (IOException _) {
            tunnel.end(EndReason.CONNECTION_LOST);
        }
        DtlsChannel dtls = tunnel.dtls.get();
        if (dtls != null) {
            overDtls(tunnel, dtls, now);
        }
    }

    private void overTls(Tunnel tunnel, long now) throws IOException {
        switch (tunnel.liveness.tls(tunnel.tls.receivedAt, tunnel.tls.sentAt(), now)) {
            case NOTHING, SUSPEND -> {}
            case PROBE -> tunnel.tls.sendControl(Cstp.DPD_REQUEST, EMPTY, 0, 0, now);
            case KEEPALIVE -> tunnel.tls.sendControl(Cstp.KEEPALIVE, EMPTY, 0, 0, now);
            case DEAD -> tunnel.end(EndReason.PEER_DEAD);
        }
    }

    private void overDtls(Tunnel tunnel, DtlsChannel dtls, long now) {
        switch (tunnel.liveness.dtls(
                dtls.receivedAt, dtls.sentAt, dtls.packetSentAt, dtls.carrying, now)) {
            case NOTHING -> {}
            case PROBE -> send(dtls, Cstp.DPD_REQUEST, now);
            case KEEPALIVE -> send(dtls, Cstp.KEEPALIVE, now);
            case SUSPEND -> tunnel.suspendDtls(dtls);
            case DEAD -> tunnel.dropDtls(dtls);
        }
    }

    private void send(DtlsChannel dtls, int type, long now) {
        dtls.send(udp, new byte[] {(byte) type}, 0, 1);
        udp.flush();
        dtls.sentAt = now;
    }
}
