package io.sallyport.gateway.datapath.udp;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.sallyport.gateway.datapath.libc.Errno;
import io.sallyport.gateway.datapath.libc.ErrnoException;
import io.sallyport.gateway.datapath.libc.Libc;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Receives datagrams, many with one call (recvmmsg(2)), without blocking. For one thread. What is
 * asked of a datagram is good up to the next {@link #receive}.
 */
public final class UdpReceiver {
    /** The longest datagram that is received whole. */
    public static final int LONGEST = 2048;

    private static final int BATCH = 64;
    private static final int MSG_DONTWAIT = 0x40;

    // bits/socket.h: struct mmsghdr is a struct msghdr and the length that was received.
    private static final int MMSGHDR_LENGTH = 64;
    private static final int MSG_NAMELEN = 8;
    private static final int MSG_IOV = 16;
    private static final int MSG_IOVLEN = 24;
    private static final int MSG_LEN = 56;
    private static final int IOVEC_LENGTH = 16;
    private static final int NAME_ROOM = 32;

    private final Libc libc = new Libc();
    private final int descriptor;
    private final boolean ipv4;
    private final MemorySegment messages;
    private final MemorySegment names;
    private final MemorySegment data;

    UdpReceiver(int descriptor, boolean ipv4) {
        this.descriptor = descriptor;
        this.ipv4 = ipv4;
        // One arena: the messages point to the rest, which so lives as long as they do.
        Arena arena = Arena.ofAuto();
        MemorySegment vectors;
        messages = arena.allocate((long) MMSGHDR_LENGTH * BATCH, 64);
        names = arena.allocate((long) NAME_ROOM * BATCH, 64);
        data = arena.allocate((long) LONGEST * BATCH, 64);
        vectors = arena.allocate((long) IOVEC_LENGTH * BATCH, 64);
        for (int i = 0; i < BATCH; i++) {
            long vector = (long) IOVEC_LENGTH * i;
            vectors.set(ADDRESS, vector, data.asSlice((long) LONGEST * i));
            vectors.set(JAVA_LONG, vector + 8, LONGEST);
            long message = (long) MMSGHDR_LENGTH * i;
            messages.set(ADDRESS, message, names.asSlice((long) NAME_ROOM * i));
            messages.set(ADDRESS, message + MSG_IOV, vectors.asSlice(vector));
            messages.set(JAVA_LONG, message + MSG_IOVLEN, 1);
        }
    }

    /**
     * Receives what is there.
     *
     * @return how many datagrams; 0 if there are none now
     * @throws ErrnoException if the socket is broken
     */
    public int receive() throws ErrnoException {
        for (int i = 0; i < BATCH; i++) {
            messages.set(JAVA_INT, (long) MMSGHDR_LENGTH * i + MSG_NAMELEN, NAME_ROOM);
        }
        int received = libc.recvmmsg(descriptor, messages, BATCH, MSG_DONTWAIT);
        if (received >= 0) {
            return received;
        }
        return switch (-received) {
            // What ICMP reports about some peer (Linux: IP_RECVERR is off, but be sure).
            case Errno.EAGAIN, Errno.EINTR, Errno.EHOSTUNREACH, Errno.ENETUNREACH -> 0;
            default -> throw new ErrnoException("recvmmsg", -received);
        };
    }

    /** Octets of a datagram. */
    public int length(int i) {
        return messages.get(JAVA_INT, (long) MMSGHDR_LENGTH * i + MSG_LEN);
    }

    /** Copies a datagram. */
    public void copy(int i, byte[] to, int offset) {
        MemorySegment.copy(data, JAVA_BYTE, (long) LONGEST * i, to, offset, length(i));
    }

    /** The first 64 bits of where it came from. */
    public long high(int i) {
        return SocketAddresses.high(names, (long) NAME_ROOM * i, ipv4);
    }

    /** The last 64 bits of where it came from. */
    public long low(int i) {
        return SocketAddresses.low(names, (long) NAME_ROOM * i, ipv4);
    }

    /** The port that it came from. */
    public int port(int i) {
        return SocketAddresses.port(names, (long) NAME_ROOM * i);
    }

    /** All about where it came from. */
    public PeerAddress peer(int i) {
        int scope = SocketAddresses.scope(names, (long) NAME_ROOM * i, ipv4);
        return new PeerAddress(high(i), low(i), port(i), scope);
    }
}
