package io.sallyport.gateway.datapath.packet;

/**
 * The checksum of the internet protocols (RFC 1071). Sums are kept in native byte order and as
 * 32-bit words in a long, because the one's complement sum does not mind (section 2): no carry is
 * lost below 2^31 words.
 */
final class Checksum {
    private Checksum() {}

    /** Adds octets to a sum; an odd last octet counts as if a zero followed. */
    static long sum(byte[] octets, int offset, int length, long sum) {
        // Four independent sums, so that the additions need not wait for each other.
        long a = sum;
        long b = 0;
        long c = 0;
        long d = 0;
        int at = offset;
        int end = offset + length;
        for (int last = end - 16; at <= last; at += 16) {
            long first = Octets.nativeI64(octets, at);
            long second = Octets.nativeI64(octets, at + 8);
            a += first & 0xffffffffL;
            b += first >>> 32;
            c += second & 0xffffffffL;
            d += second >>> 32;
        }
        a += b + c + d;
        for (; at + 4 <= end; at += 4) {
            a += Octets.nativeU32(octets, at);
        }
        if (at + 2 <= end) {
            a += Octets.nativeU16(octets, at);
            at += 2;
        }
        if (at < end) {
            a += octets[at] & 0xff;
        }
        return a;
    }

    /** Folds a sum to 16 bits, in native order. */
    static int fold(long sum) {
        long folded = (sum & 0xffffffffL) + (sum >>> 32);
        folded = (folded & 0xffffffffL) + (folded >>> 32);
        folded = (folded & 0xffff) + (folded >>> 16);
        folded = (folded & 0xffff) + (folded >>> 16);
        return (int) folded;
    }

    /**
     * The sum of the pseudo header of TCP or UDP (RFC 9293 section 3.1, RFC 8200 section 8.1).
     *
     * @param ip where the IP header begins; its version is 4 or 6
     * @param length octets of the TCP or UDP header and what follows it
     */
    static long pseudoHeader(byte[] octets, int ip, int protocol, int length) {
        long sum = swapped(protocol) + swapped(length);
        return octets[ip] >> 4 == 4 ? sum(octets, ip + 12, 8, sum) : sum(octets, ip + 8, 32, sum);
    }

    private static long swapped(int value) {
        return Short.reverseBytes((short) value) & 0xffff;
    }

    /** Computes the checksum of an IPv4 header and puts it there. */
    static void putIpv4Header(byte[] octets, int ip, int headerLength) {
        Octets.nativePut16(octets, ip + 10, 0);
        Octets.nativePut16(octets, ip + 10, ~fold(sum(octets, ip, headerLength, 0)));
    }
}
