package io.sallyport.gateway.datapath.tun;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.sallyport.gateway.datapath.libc.Errno;
import io.sallyport.gateway.datapath.libc.ErrnoException;
import io.sallyport.gateway.datapath.libc.Libc;
import io.sallyport.gateway.datapath.libc.Waker;
import io.sallyport.gateway.datapath.packet.FrameSink;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/** An open TUN device. It stays usable after the process has dropped its privileges. */
public final class TunDevice implements Tun {
    private static final Logger LOG = System.getLogger(TunDevice.class.getName());

    // asm-generic/fcntl.h
    private static final int O_RDWR = 2;
    private static final int O_NONBLOCK = 0x800;
    private static final int O_CLOEXEC = 0x80000;

    // linux/if.h, linux/if_tun.h
    private static final int IFNAMSIZ = 16;
    private static final int IFREQ_LENGTH = 40;
    private static final int IFF_TUN = 1;
    private static final int IFF_NO_PI = 0x1000;
    private static final int IFF_VNET_HDR = 0x4000;
    private static final long TUNSETIFF = 0x400454caL;
    private static final long TUNSETOFFLOAD = 0x400454d0L;

    private final String name;
    private final int descriptor;
    private final Offload offload;
    private final Libc reading = new Libc();
    private final List<TunWriter> writers = new CopyOnWriteArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    private TunDevice(String name, int descriptor, Offload offload) {
        this.name = name;
        this.descriptor = descriptor;
        this.offload = offload;
    }

    /** What the kernel leaves to us on this device; the first that it takes is used. */
    public enum Offload {
        /** Checksums, joined TCP segments (IPv4 and IPv6) and joined UDP datagrams. */
        TCP_AND_UDP(0x01 | 0x02 | 0x04 | 0x20 | 0x40),
        /** Without UDP, which came with Linux 6.2. */
        TCP(0x01 | 0x02 | 0x04),
        /** Frames with a virtio header, and whole packets in them. */
        HEADER_ONLY(0),
        /** Whole packets, nothing else. */
        PLAIN(0);

        private final long flags; // TUN_F_ of linux/if_tun.h

        Offload(long flags) {
            this.flags = flags;
        }
    }

    /**
     * Opens or creates the device; needs CAP_NET_ADMIN. Addresses, MTU and state are set by the
     * caller ({@code ip}).
     *
     * @param name at most 15 octets, as linux/if.h has it
     * @throws IOException naming the call that was refused and its errno
     */
    public static TunDevice open(String name) throws IOException {
        return open(name, true, false);
    }

    /**
     * Opens it in the first of the modes that the kernel takes.
     *
     * @param modes with a virtio header, or plain
     */
    static TunDevice open(String name, boolean... modes) throws IOException {
        Libc libc = new Libc();
        ErrnoException refusal = null;
        for (boolean virtio : modes) {
            int descriptor = openClone(libc);
            int flags = IFF_TUN | IFF_NO_PI | (virtio ? IFF_VNET_HDR : 0);
            int set = setInterface(libc, descriptor, name, flags);
            if (set >= 0) {
                Offload offload = virtio ? setOffload(libc, descriptor) : Offload.PLAIN;
                LOG.log(Level.INFO, "{0} is open, offload {1}", name, offload);
                return new TunDevice(name, descriptor, offload);
            }
            libc.close(descriptor);
            refusal = new ErrnoException("TUNSETIFF " + name, -set);
            if (set != -Errno.EINVAL) {
                throw refusal;
            }
            LOG.log(Level.WARNING, "{0}: {1} with a virtio header", name, refusal.getMessage());
        }
        throw refusal;
    }

    private static int openClone(Libc libc) throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            String path = "/dev/net/tun";
            int descriptor = libc.open(arena.allocateFrom(path), O_RDWR | O_NONBLOCK | O_CLOEXEC);
            if (descriptor < 0) {
                throw new ErrnoException("open " + path, -descriptor);
            }
            return descriptor;
        }
    }

    private static int setInterface(Libc libc, int descriptor, String name, int flags) {
        byte[] octets = name.getBytes(StandardCharsets.US_ASCII);
        if (octets.length == 0 || octets.length >= IFNAMSIZ) {
            throw new IllegalArgumentException("expected an interface name of 1 to 15 octets");
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ifreq = arena.allocate(IFREQ_LENGTH, 8);
            MemorySegment.copy(octets, 0, ifreq, JAVA_BYTE, 0, octets.length);
            ifreq.set(JAVA_SHORT, IFNAMSIZ, (short) flags);
            return libc.ioctl(descriptor, TUNSETIFF, ifreq);
        }
    }

    private static Offload setOffload(Libc libc, int descriptor) {
        for (Offload offload : new Offload[] {Offload.TCP_AND_UDP, Offload.TCP}) {
            int set = libc.ioctl(descriptor, TUNSETOFFLOAD, offload.flags);
            if (set >= 0) {
                return offload;
            }
            LOG.log(Level.WARNING, "TUNSETOFFLOAD {0}: {1}", offload, Errno.name(-set));
        }
        return Offload.HEADER_ONLY;
    }

    public String name() {
        return name;
    }

    /** What the kernel leaves to us. */
    public Offload offload() {
        return offload;
    }

    @Override
    public boolean hasVirtioHeaders() {
        return offload != Offload.PLAIN;
    }

    @Override
    public int read(byte[] buffer, int offset) throws ErrnoException {
        MemorySegment segment = MemorySegment.ofArray(buffer).asSlice(offset);
        int length = reading.read(descriptor, segment, segment.byteSize());
        if (length >= 0) {
            return length;
        }
        if (length == -Errno.EAGAIN || length == -Errno.EINTR) {
            return 0;
        }
        throw new ErrnoException("read of the TUN device", -length);
    }

    @Override
    public Waker waker() throws IOException {
        return new Waker(descriptor);
    }

    @Override
    public FrameSink writer() {
        TunWriter writer = new TunWriter(descriptor);
        writers.add(writer);
        return writer;
    }

    @Override
    public Written written() {
        return writers.stream().map(TunWriter::written).reduce(Written.NONE, Written::plus);
    }

    @Override
    public long lostUnread() {
        try {
            Path dropped = Path.of("/sys/class/net", name, "statistics", "tx_dropped");
            return Long.parseLong(Files.readString(dropped).strip());
        } catch (IOException | NumberFormatException _) {
            return 0; // without sysfs it is not known
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            new Libc().close(descriptor);
        }
    }
}
