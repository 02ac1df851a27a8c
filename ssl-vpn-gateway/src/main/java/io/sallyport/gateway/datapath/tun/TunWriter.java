package io.sallyport.gateway.datapath.tun;

import io.sallyport.gateway.datapath.libc.Errno;
import io.sallyport.gateway.datapath.libc.Libc;
import io.sallyport.gateway.datapath.packet.FrameSink;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLongArray;

/** Writes frames to a TUN device, without blocking. For one thread; the counts are for all. */
final class TunWriter implements FrameSink {
    private static final int WRITTEN = 0;
    private static final int DOWN = 1;
    private static final int FULL = 2;
    private static final int REFUSED = 3;

    private final Libc libc = new Libc();
    private final int descriptor;
    private final AtomicLongArray counts = new AtomicLongArray(4);

    TunWriter(int descriptor) {
        this.descriptor = descriptor;
    }

    @Override
    public void write(byte[] octets, int offset, int length) {
        MemorySegment segment = MemorySegment.ofArray(octets).asSlice(offset, length);
        int result = libc.write(descriptor, segment, length);
        if (result == -Errno.EINTR) {
            result = libc.write(descriptor, segment, length);
        }
        int kind =
                switch (result) {
                    case -Errno.EIO -> DOWN; // the interface is not up
                    case -Errno.EAGAIN -> FULL;
                    default -> result < 0 ? REFUSED : WRITTEN;
                };
        counts.setOpaque(kind, counts.getPlain(kind) + 1);
    }

    /** What became of the frames so far. Thread-safe. */
    Tun.Written written() {
        return new Tun.Written(
                counts.getOpaque(WRITTEN),
                counts.getOpaque(DOWN),
                counts.getOpaque(FULL),
                counts.getOpaque(REFUSED));
    }
}
