package io.sallyport.gateway.datapath.packet;

/**
 * Tells which acknowledgements of TCP say nothing that a later one does not say as well (RFC 3449
 * section 5.2.1, "ACK filtering").
 *
 * <p>Only acknowledgements without data and without any flag but ACK are looked at. The later one
 * must acknowledge more, so that duplicates, which report losses, all pass; and each SACK block of
 * the earlier one (RFC 2018) must be acknowledged by the later one or be in a block of it. One that
 * reports a duplicate (RFC 2883) always passes.
 */
final class Acknowledgements {
    private static final int TCP_HEADER = 20;
    private static final int FLAGS = 13;
    private static final int ACK = 0x10;
    private static final int OPTION_END = 0;
    private static final int OPTION_NOTHING = 1;
    private static final int OPTION_SACK = 5;
    private static final int BLOCK = 8;

    private Acknowledgements() {}

    /** Whether a TCP packet only acknowledges. */
    static boolean isPure(IpPacket packet, byte[] octets, int offset) {
        int tcp = packet.transportOffset();
        if (packet.isFragment() || packet.isRouted() || tcp + TCP_HEADER > packet.length()) {
            return false;
        }
        int header = headerLength(octets, offset + tcp);
        return header >= TCP_HEADER
                && tcp + header == packet.length()
                && octets[offset + tcp + FLAGS] == ACK;
    }

    /**
     * Whether a later acknowledgement of the same flow says all that an earlier one says. Both only
     * acknowledge; the offsets are those of their TCP headers.
     */
    static boolean isSuperseded(byte[] earlier, int at, byte[] later, int laterAt) {
        int acknowledged = Octets.i32(later, laterAt + 8);
        int acknowledgedBefore = Octets.i32(earlier, at + 8);
        if (acknowledged - acknowledgedBefore <= 0
                || Octets.i32(earlier, at + 4) != Octets.i32(later, laterAt + 4)
                || (earlier[at + 12] & 0x0f) != (later[laterAt + 12] & 0x0f)) {
            return false;
        }
        int option = sack(earlier, at);
        if (option == 0) {
            return true;
        }
        int end = option + Octets.u8(earlier, option + 1);
        for (int block = option + 2; block + BLOCK <= end; block += BLOCK) {
            int left = Octets.i32(earlier, block);
            int right = Octets.i32(earlier, block + 4);
            boolean duplicate = right - acknowledgedBefore <= 0;
            boolean said = right - acknowledged <= 0 || hasBlock(later, laterAt, left, right);
            if (duplicate || !said) {
                return false;
            }
        }
        return true;
    }

    private static boolean hasBlock(byte[] octets, int at, int left, int right) {
        int option = sack(octets, at);
        if (option == 0) {
            return false;
        }
        int end = option + Octets.u8(octets, option + 1);
        for (int block = option + 2; block + BLOCK <= end; block += BLOCK) {
            if (left - Octets.i32(octets, block) >= 0
                    && right - Octets.i32(octets, block + 4) <= 0) {
                return true;
            }
        }
        return false;
    }

    /** Where the SACK option begins; 0 if there is none, or the options make no sense. */
    private static int sack(byte[] octets, int at) {
        int end = at + headerLength(octets, at);
        int option = at + TCP_HEADER;
        while (option + 1 < end) {
            int kind = Octets.u8(octets, option);
            if (kind == OPTION_END) {
                return 0;
            }
            int length = kind == OPTION_NOTHING ? 1 : Octets.u8(octets, option + 1);
            if (length == 0 || option + length > end) {
                return 0;
            }
            if (kind == OPTION_SACK) {
                return option;
            }
            option += length;
        }
        return 0;
    }

    private static int headerLength(byte[] octets, int at) {
        return (octets[at + 12] & 0xf0) >> 2;
    }
}
