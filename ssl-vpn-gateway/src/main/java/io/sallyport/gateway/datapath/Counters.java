package io.sallyport.gateway.datapath;

/**
 * What one tunnel carried and dropped so far. Packets are those of the tunnel (IPv4 or IPv6),
 * octets are theirs, without the tunnel's own.
 *
 * @param tlsUp from the client over TLS
 * @param tlsDown to the client over TLS
 * @param dtlsUp from the client over DTLS
 * @param dtlsDown to the client over DTLS
 * @param drops packets of this tunnel that were not carried
 */
public record Counters(
        Carried tlsUp, Carried tlsDown, Carried dtlsUp, Carried dtlsDown, Drops drops) {

    /** Packets and the octets in them. */
    public record Carried(long packets, long octets) {
        public Carried plus(Carried other) {
            return new Carried(packets + other.packets, octets + other.octets);
        }
    }

    /**
     * Packets that were not carried, by reason.
     *
     * @param spoofed from the client with an inner source address that is not its own
     * @param malformed from the client, not a whole IPv4 or IPv6 packet
     * @param denied refused by the firewall rules, either way
     * @param overLimit above the bandwidth limit, either way
     * @param clientTooSlow to a client that does not read what it was sent already
     * @param tooLong to a client, longer than its MTU
     */
    public record Drops(
            long spoofed,
            long malformed,
            long denied,
            long overLimit,
            long clientTooSlow,
            long tooLong) {}

    /** From the client, over both channels. */
    public Carried up() {
        return tlsUp.plus(dtlsUp);
    }

    /** To the client, over both channels. */
    public Carried down() {
        return tlsDown.plus(dtlsDown);
    }
}
