package io.sallyport.gateway.datapath.tun;

import io.sallyport.gateway.datapath.libc.Errno;
import io.sallyport.gateway.datapath.libc.ErrnoException;
import io.sallyport.gateway.datapath.libc.Libc;
import io.sallyport.gateway.datapath.libc.Waker;
import io.sallyport.gateway.datapath.packet.FrameSink;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
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

    // linux/if_tun.h
    private static final int IFF_TUN = 1;
    private static final int IFF_NO_PI = 0x1000;
    private static final int IFF_VNET_HDR = 0x4000;

    // linux/if.h: IFNAMSIZ is 16 with the final zero.
    private static final int LONGEST_NAME = 15;

    private final String name;
    private final int descriptor;
    private final Offload offload;
    private final TunDriver driver;
    private final Libc reading = new Libc();
    private final List<TunWriter> writers = new CopyOnWriteArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    private TunDevice(TunDriver driver, String name, int descriptor, Offload offload) {
        this.driver = driver;
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
        return open(new LinuxTunDriver(), name, true, false);
    }

    /**
     * Opens it in the first of the modes that the kernel takes.
     *
     * @param modes with a virtio header, or plain
     */
    static TunDevice open(TunDriver driver, String name, boolean... modes) throws IOException {
        // Before there is a descriptor that somebody would have to close.
        int octets = name.getBytes(StandardCharsets.US_ASCII).length;
        if (octets == 0 || octets > LONGEST_NAME) {
            throw new IllegalArgumentException("expected an interface name of 1 to 15 octets");
        }
        ErrnoException refusal = null;
        for (boolean virtio : modes) {
            int descriptor = driver.open();
            if (descriptor < 0) {
                throw new ErrnoException("open " + TunDriver.PATH, -descriptor);
            }
            int flags = IFF_TUN | IFF_NO_PI | (virtio ? IFF_VNET_HDR : 0);
            int set = driver.setInterface(descriptor, name, flags);
            if (set >= 0) {
                Offload offload = virtio ? setOffload(driver, descriptor) : Offload.PLAIN;
                LOG.log(Level.INFO, "{0} is open, offload {1}", name, offload);
                return new TunDevice(driver, name, descriptor, offload);
            }
            driver.close(descriptor);
            refusal = new ErrnoException("TUNSETIFF " + name, -set);
            if (set != -Errno.EINVAL) {
                throw refusal;
            }
            LOG.log(Level.WARNING, "{0}: {1} with a virtio header", name, refusal.getMessage());
        }
        throw refusal;
    }

    private static Offload setOffload(TunDriver driver, int descriptor) {
        for (Offload offload : new Offload[] {Offload.TCP_AND_UDP, Offload.TCP}) {
            int set = driver.setOffload(descriptor, offload.flags);
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
            driver.close(descriptor);
        }
    }
}
