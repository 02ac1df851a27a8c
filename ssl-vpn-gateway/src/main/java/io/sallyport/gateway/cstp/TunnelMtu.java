package io.sallyport.gateway.cstp;

import io.sallyport.wire.GroupPolicy;

/** How large a packet in the tunnel may be, in octets, so that it is not fragmented on its way. */
public final class TunnelMtu {
    /** Least MTU of IPv6 (RFC 8200 section 5), and the least that is ever given. */
    public static final int LEAST = GroupPolicy.MIN_MTU;

    /** Most that is given: packets of a local network. */
    public static final int MOST = GroupPolicy.MAX_MTU;

    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    private static final int UDP_HEADER = 8;

    /** Record header 13, explicit nonce 8, tag 16 (RFC 5288), and the type octet of the packet. */
    private static final int DTLS_OVERHEAD = 13 + 8 + 16 + 1;

    /** What openconnect takes off for the worst suite when nobody asked for an MTU (mtucalc). */
    private static final int CLIENT_DTLS_OVERHEAD = 82;

    private TunnelMtu() {}

    /**
     * The tunnel's MTU: that of the group if it has one; else what a datagram on the path can
     * carry. A client whose user asked for less gets less.
     *
     * @param request of the client
     * @param policyMtu of the group, 0 to derive it
     * @param outerMtu of the path on the gateway's side
     * @param outerIpv6 whether the client is connected over IPv6
     * @param dtls whether DTLS is offered
     */
    public static int of(
            ConnectRequest request, int policyMtu, int outerMtu, boolean outerIpv6, boolean dtls) {
        int base = Math.min(request.baseMtu().orElse(outerMtu), outerMtu);
        int datagram = base - UDP_HEADER - (outerIpv6 ? IPV6_HEADER : IPV4_HEADER);
        int mtu = policyMtu != 0 ? policyMtu : dtls ? datagram - DTLS_OVERHEAD : datagram;
        if (request.mtu().isPresent()) {
            int wanted = request.mtu().getAsInt();
            // The client always sends a number. Only one below its own worst case is a wish.
            boolean wish = request.baseMtu().isEmpty() || wanted < datagram - CLIENT_DTLS_OVERHEAD;
            mtu = wish ? Math.min(mtu, wanted) : mtu;
        }
        return Math.clamp(mtu, LEAST, MOST);
    }
}
