package io.sallyport.gateway.datapath;

import io.sallyport.gateway.datapath.udp.UdpReceiver;

import java.util.List;

/** What is done with datagrams of strangers, in words. */
public final class PreLoginDatagrams {
    private PreLoginDatagrams() {}

    /** A line each. */
    public static List<String> described() {
        return List.of(
                "  read: a ClientHello's App-ID, octets %d; others go by the address of their peer"
                        .formatted(ClientHellos.APP_ID_LENGTH),
                "  datagram, octets %d".formatted(UdpReceiver.LONGEST),
                "  ClientHellos kept for a tunnel to come %d, octets of each %d"
                        .formatted(DtlsPeers.MOST_EARLY, DtlsPeers.LONGEST_EARLY),
                "  handshakes, all with the App-ID of a tunnel %d, from a source %d, of a tunnel 2"
                        .formatted(DtlsPeers.MOST_HANDSHAKES, DtlsPeers.MOST_PER_SOURCE),
                "  datagrams that wait for a handshake %d".formatted(Handshake.MOST_WAITING),
                "  for a handshake, seconds %d".formatted(DtlsPeers.DEADLINE.toSeconds()));
    }
}
