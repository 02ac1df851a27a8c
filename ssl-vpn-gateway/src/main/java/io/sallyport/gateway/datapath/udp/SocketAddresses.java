package io.sallyport.gateway.datapath.udp;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** struct sockaddr_in and sockaddr_in6 (linux/in.h, linux/in6.h) in native memory. */
final class SocketAddresses {
    private static final ValueLayout.OfLong NETWORK_LONG =
            JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final long MAPPED_IPV4 = 0xffff_0000_0000L;

    private SocketAddresses() {}

    static void put(MemorySegment memory, long at, PeerAddress address, boolean ipv4) {
        memory.set(JAVA_SHORT, at, ipv4 ? UdpPort.AF_INET : UdpPort.AF_INET6);
        memory.set(JAVA_SHORT, at + 2, Short.reverseBytes((short) address.port()));
        if (ipv4) {
            memory.set(JAVA_INT, at + 4, Integer.reverseBytes((int) address.low()));
            memory.set(JAVA_LONG_UNALIGNED, at + 8, 0L);
        } else {
            memory.set(JAVA_INT, at + 4, 0); // flow information
            memory.set(NETWORK_LONG, at + 8, address.high());
            memory.set(NETWORK_LONG, at + 16, address.low());
            memory.set(JAVA_INT, at + 24, address.scope());
        }
    }

    static long high(MemorySegment memory, long at, boolean ipv4) {
        return ipv4 ? 0 : memory.get(NETWORK_LONG, at + 8);
    }

    static long low(MemorySegment memory, long at, boolean ipv4) {
        return ipv4
                ? MAPPED_IPV4
                        | Integer.toUnsignedLong(Integer.reverseBytes(memory.get(JAVA_INT, at + 4)))
                : memory.get(NETWORK_LONG, at + 16);
    }

    static int port(MemorySegment memory, long at) {
        return Short.toUnsignedInt(Short.reverseBytes(memory.get(JAVA_SHORT, at + 2)));
    }

    static int scope(MemorySegment memory, long at, boolean ipv4) {
        return ipv4 ? 0 : memory.get(JAVA_INT, at + 24);
    }
}
