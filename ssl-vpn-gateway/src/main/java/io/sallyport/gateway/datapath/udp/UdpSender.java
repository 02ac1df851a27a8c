package io.sallyport.gateway.datapath.udp;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.sallyport.gateway.datapath.libc.Errno;
import io.sallyport.gateway.datapath.libc.Libc;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Gathers datagrams for one peer and sends them with as few calls as possible: a run of equal
 * lengths, of which the last may be shorter, is one call (UDP_SEGMENT, udp(7)). Without blocking;
 * what the socket does not take is lost and counted. For one thread at a time.
 *
 * <p>Use: {@link #prepare}, write a datagram to {@link #buffer} at {@link #position}, {@link
 * #added}, and {@link #flush} when there is no more.
 */
public final class UdpSender {
    private static final Logger LOG = System.getLogger(UdpSender.class.getName());

    /** UDP_MAX_SEGMENTS of linux/udp.h, as it was at first. */
    private static final int MOST_DATAGRAMS = 64;

    /** What fits into one IP packet, for the kernel cuts the run late. */
    private static final int MOST_OCTETS = 65_000;

    private static final int MSG_DONTWAIT = 0x40;
    private static final int SOL_UDP = 17;
    private static final int UDP_SEGMENT = 103;

    // bits/socket.h: struct msghdr, struct cmsghdr
    private static final int MSGHDR_LENGTH = 56;
    private static final int MSG_NAMELEN = 8;
    private static final int MSG_IOV = 16;
    private static final int MSG_IOVLEN = 24;
    private static final int MSG_CONTROL = 32;
    private static final int MSG_CONTROLLEN = 40;
    private static final int CMSG_ROOM = 24;
    private static final int CMSG_LENGTH = 18;

    private final Libc libc = new Libc();
    private final int descriptor;
    private final boolean ipv4;
    private final byte[] buffer = new byte[MOST_OCTETS];
    private final MemorySegment heap = MemorySegment.ofArray(buffer);
    private final int[] starts = new int[MOST_DATAGRAMS + 1];
    private final MemorySegment data;
    private final MemorySegment name;
    private final MemorySegment message;
    private final MemorySegment vector;
    private final MemorySegment control;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private boolean segmenting = true;
    private PeerAddress peer = new PeerAddress(0, 0, 0, 0);
    private int count;

    UdpSender(int descriptor, boolean ipv4) {
        this.descriptor = descriptor;
        this.ipv4 = ipv4;
        Arena arena = Arena.ofAuto();
        data = arena.allocate(MOST_OCTETS, 64);
        name = arena.allocate(32, 8);
        message = arena.allocate(MSGHDR_LENGTH, 8);
        vector = arena.allocate(16, 8);
        control = arena.allocate(CMSG_ROOM, 8);
        message.set(ADDRESS, 0, name);
        message.set(JAVA_INT, MSG_NAMELEN, ipv4 ? 16 : UdpPort.ADDRESS_LENGTH);
        message.set(ADDRESS, MSG_IOV, vector);
        message.set(JAVA_LONG, MSG_IOVLEN, 1);
        control.set(JAVA_LONG, 0, CMSG_LENGTH);
        control.set(JAVA_INT, 8, SOL_UDP);
        control.set(JAVA_INT, 12, UDP_SEGMENT);
    }

    /** Makes room for a datagram of that many octets at most; sends what cannot wait for it. */
    public void prepare(PeerAddress to, int longest) {
        if (count > 0
                && (count == MOST_DATAGRAMS
                        || starts[count] + longest > MOST_OCTETS
                        || !to.equals(peer))) {
            flush();
        }
        peer = to;
    }

    /** Where the next datagram is written. */
    public byte[] buffer() {
        return buffer;
    }

    /** Where in the buffer the next datagram begins. */
    public int position() {
        return starts[count];
    }

    /** The next datagram is written. */
    public void added(int length) {
        starts[count + 1] = starts[count] + length;
        count++;
    }

    /** Sends what was gathered. */
    public void flush() {
        if (count == 0) {
            return;
        }
        SocketAddresses.put(name, 0, peer, ipv4);
        MemorySegment.copy(heap, 0, data, 0, starts[count]);
        for (int from = 0; from < count; ) {
            int to = endOfRun(from);
            send(from, to);
            from = to;
        }
        count = 0;
    }

    private int endOfRun(int from) {
        int length = starts[from + 1] - starts[from];
        int to = from + 1;
        if (!segmenting) {
            return to;
        }
        while (to < count && starts[to + 1] - starts[to] == length) {
            to++;
        }
        return to < count && starts[to + 1] - starts[to] < length ? to + 1 : to;
    }

    private void send(int from, int to) {
        int datagrams = to - from;
        int result = sendOnce(from, to);
        if (result < 0 && datagrams > 1 && (result == -Errno.EIO || result == -Errno.EINVAL)) {
            // EIO: the device has no checksum offload (udp(7)). EINVAL: too long for the device,
            // which says nothing about other runs.
            if (result == -Errno.EIO) {
                segmenting = false;
                LOG.log(Level.WARNING, "UDP_SEGMENT: EIO, one call per datagram from here on");
            }
            for (int i = from; i < to; i++) {
                count(sendOnce(i, i + 1), 1);
            }
            return;
        }
        count(result, datagrams);
    }

    private void count(int result, int datagrams) {
        AtomicLong counter = result < 0 ? lost : sent;
        counter.setOpaque(counter.getPlain() + datagrams);
    }

    private int sendOnce(int from, int to) {
        vector.set(ADDRESS, 0, data.asSlice(starts[from]));
        vector.set(JAVA_LONG, 8, starts[to] - starts[from]);
        if (to - from > 1) {
            control.set(JAVA_SHORT, 16, (short) (starts[from + 1] - starts[from]));
            message.set(ADDRESS, MSG_CONTROL, control);
            message.set(JAVA_LONG, MSG_CONTROLLEN, CMSG_ROOM);
        } else {
            message.set(ADDRESS, MSG_CONTROL, MemorySegment.NULL);
            message.set(JAVA_LONG, MSG_CONTROLLEN, 0);
        }
        return libc.sendmsg(descriptor, message, MSG_DONTWAIT);
    }

    /** Datagrams that the socket took. Thread-safe. */
    public long sent() {
        return sent.getOpaque();
    }

    /** Datagrams that the socket did not take. Thread-safe. */
    public long lost() {
        return lost.getOpaque();
    }
}
