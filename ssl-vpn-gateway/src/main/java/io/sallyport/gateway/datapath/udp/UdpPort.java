package io.sallyport.gateway.datapath.udp;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.sallyport.gateway.datapath.libc.Errno;
import io.sallyport.gateway.datapath.libc.ErrnoException;
import io.sallyport.gateway.datapath.libc.Libc;
import io.sallyport.gateway.datapath.libc.Waker;
import io.sallyport.gateway.datapath.packet.AddressBits;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A bound UDP socket for peers with IPv4 and IPv6 addresses: one socket for both (RFC 3493 section
 * 3.7), or one for IPv4 alone where it is bound to such an address or the kernel has no IPv6.
 *
 * <p>Answers leave with the address that the routes choose. On a host with several addresses bind
 * to the one that clients use.
 */
public final class UdpPort implements Closeable {
    private static final Logger LOG = System.getLogger(UdpPort.class.getName());

    // bits/socket.h, asm-generic/socket.h, linux/in.h, linux/in6.h
    static final short AF_INET = 2;
    static final short AF_INET6 = 10;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_NONBLOCK = 0x800;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_SNDBUF = 7;
    private static final int SO_RCVBUF = 8;
    private static final int SO_SNDBUFFORCE = 32;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int IPPROTO_IP = 0;
    private static final int IP_MTU_DISCOVER = 10;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_MTU_DISCOVER = 23;
    private static final int IPV6_V6ONLY = 26;

    /** Don't fragment, and believe nobody who says that the path is narrow (ICMP can be forged). */
    private static final int PMTUDISC_PROBE = 3;

    /** Some milliseconds at full speed. */
    private static final int BUFFER_OCTETS = 8 << 20;

    static final int ADDRESS_LENGTH = 28;
    private static final int IPV4_ADDRESS_LENGTH = 16;

    private final int descriptor;
    private final int port;
    private final boolean ipv4Only;
    private final AtomicBoolean closed = new AtomicBoolean();

    private UdpPort(int descriptor, int port, boolean ipv4Only) {
        this.descriptor = descriptor;
        this.port = port;
        this.ipv4Only = ipv4Only;
    }

    /**
     * Opens and binds the socket. The wildcard address serves IPv4 and IPv6 where the kernel has
     * both.
     *
     * @param local port 0: any free one
     * @throws IOException naming the call that was refused and its errno
     */
    public static UdpPort open(InetSocketAddress local) throws IOException {
        boolean wildcard = local.getAddress().isAnyLocalAddress();
        if (!wildcard && local.getAddress() instanceof Inet4Address) {
            return open(local, true);
        }
        try {
            return open(local, false);
        } catch (ErrnoException e) {
            boolean noIpv6 = e.errno() == Errno.EAFNOSUPPORT || e.errno() == Errno.EADDRNOTAVAIL;
            if (!wildcard || !noIpv6) {
                throw e;
            }
            LOG.log(Level.WARNING, "no IPv6 here ({0}): IPv4 clients only", e.getMessage());
            return open(local, true);
        }
    }

    private static UdpPort open(InetSocketAddress local, boolean ipv4Only) throws IOException {
        Libc libc = new Libc();
        int type = SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
        int descriptor = libc.socket(ipv4Only ? AF_INET : AF_INET6, type, 0);
        if (descriptor < 0) {
            throw new ErrnoException("socket", -descriptor);
        }
        try {
            int port = configure(libc, descriptor, local, ipv4Only);
            return new UdpPort(descriptor, port, ipv4Only);
        } catch (ErrnoException e) {
            libc.close(descriptor);
            throw e;
        }
    }

    private static int configure(
            Libc libc, int descriptor, InetSocketAddress local, boolean ipv4Only)
            throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment number = arena.allocate(JAVA_INT);
            if (!ipv4Only) {
                number.set(JAVA_INT, 0, 0);
                check("IPV6_V6ONLY", set(libc, descriptor, IPPROTO_IPV6, IPV6_V6ONLY, number));
                number.set(JAVA_INT, 0, PMTUDISC_PROBE);
                check(
                        "IPV6_MTU_DISCOVER",
                        set(libc, descriptor, IPPROTO_IPV6, IPV6_MTU_DISCOVER, number));
            }
            number.set(JAVA_INT, 0, PMTUDISC_PROBE);
            check("IP_MTU_DISCOVER", set(libc, descriptor, IPPROTO_IP, IP_MTU_DISCOVER, number));
            number.set(JAVA_INT, 0, BUFFER_OCTETS);
            // Beyond the system's limit with CAP_NET_ADMIN, up to the limit without.
            if (set(libc, descriptor, SOL_SOCKET, SO_RCVBUFFORCE, number) < 0) {
                check("SO_RCVBUF", set(libc, descriptor, SOL_SOCKET, SO_RCVBUF, number));
            }
            if (set(libc, descriptor, SOL_SOCKET, SO_SNDBUFFORCE, number) < 0) {
                check("SO_SNDBUF", set(libc, descriptor, SOL_SOCKET, SO_SNDBUF, number));
            }
            MemorySegment address = arena.allocate(ADDRESS_LENGTH, 8);
            PeerAddress bound =
                    new PeerAddress(
                            AddressBits.high(local.getAddress()),
                            local.getAddress().isAnyLocalAddress()
                                    ? 0
                                    : AddressBits.low(local.getAddress()),
                            local.getPort(),
                            0);
            SocketAddresses.put(address, 0, bound, ipv4Only);
            int length = ipv4Only ? IPV4_ADDRESS_LENGTH : ADDRESS_LENGTH;
            check("bind to " + local, libc.bind(descriptor, address, length));
            number.set(JAVA_INT, 0, ADDRESS_LENGTH);
            check("getsockname", libc.getsockname(descriptor, address, number));
            return Short.toUnsignedInt(Short.reverseBytes(address.get(JAVA_SHORT, 2)));
        }
    }

    private static int set(Libc libc, int descriptor, int level, int name, MemorySegment value) {
        return libc.setsockopt(descriptor, level, name, value, Integer.BYTES);
    }

    private static void check(String call, int result) throws ErrnoException {
        if (result < 0) {
            throw new ErrnoException(call, -result);
        }
    }

    /** The port it is bound to. */
    public int port() {
        return port;
    }

    /** Waits for the next datagram. For the thread that receives. */
    public Waker waker() throws IOException {
        return new Waker(descriptor);
    }

    /** Receives datagrams. For one thread. */
    public UdpReceiver receiver() {
        return new UdpReceiver(descriptor, ipv4Only);
    }

    /** Sends datagrams. For one thread at a time; several threads have one each. */
    public UdpSender sender() {
        return new UdpSender(descriptor, ipv4Only);
    }

    /** To be called when no thread receives or sends any more. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            new Libc().close(descriptor);
        }
    }
}
