package io.sallyport.gateway.datapath.tun;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.sallyport.gateway.datapath.libc.Libc;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** The kernel's own. */
final class LinuxTunDriver implements TunDriver {
    // asm-generic/fcntl.h
    private static final int O_RDWR = 2;
    private static final int O_NONBLOCK = 0x800;
    private static final int O_CLOEXEC = 0x80000;

    // linux/if.h, linux/if_tun.h
    private static final int IFNAMSIZ = 16;
    private static final int IFREQ_LENGTH = 40;
    private static final long TUNSETIFF = 0x400454caL;
    private static final long TUNSETOFFLOAD = 0x400454d0L;

    @Override
    public int open() {
        try (Arena arena = Arena.ofConfined()) {
            return new Libc().open(arena.allocateFrom(PATH), O_RDWR | O_NONBLOCK | O_CLOEXEC);
        }
    }

    @Override
    public int setInterface(int descriptor, String name, int flags) {
        byte[] octets = name.getBytes(StandardCharsets.US_ASCII);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ifreq = arena.allocate(IFREQ_LENGTH, 8);
            MemorySegment.copy(octets, 0, ifreq, JAVA_BYTE, 0, octets.length);
            ifreq.set(JAVA_SHORT, IFNAMSIZ, (short) flags);
            return new Libc().ioctl(descriptor, TUNSETIFF, ifreq);
        }
    }

    @Override
    public int setOffload(int descriptor, long flags) {
        return new Libc().ioctl(descriptor, TUNSETOFFLOAD, flags);
    }

    @Override
    public void close(int descriptor) {
        new Libc().close(descriptor);
    }
}
