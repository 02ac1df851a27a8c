package io.sallyport.gateway.datapath.libc;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets one thread wait until a descriptor is readable or another thread wakes it (eventfd(2)).
 * {@link #await} belongs to the waiting thread, {@link #wake} to all.
 */
public final class Waker implements Closeable {
    private static final int EFD_NONBLOCK = 0x800;
    private static final int EFD_CLOEXEC = 0x80000;
    private static final short POLLIN = 1;
    private static final int POLLFD_LENGTH = 8;

    private final Libc waiting = new Libc();
    private final Libc waking = new Libc();
    private final ReentrantLock wakers = new ReentrantLock();
    private final int event;
    private final int watched;
    private final MemorySegment pollfds;
    private final MemorySegment one;
    private final MemorySegment taken;
    private boolean closed;

    /**
     * @param watched the descriptor to wait for beside the wake-ups
     */
    public Waker(int watched) throws IOException {
        int descriptor = waiting.eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
        if (descriptor < 0) {
            throw new ErrnoException("eventfd", -descriptor);
        }
        this.event = descriptor;
        this.watched = watched;
        this.pollfds = Arena.ofAuto().allocate(2L * POLLFD_LENGTH, 8);
        this.one = Arena.ofAuto().allocate(8, 8);
        this.taken = Arena.ofAuto().allocate(8, 8);
        one.set(JAVA_LONG, 0, 1L);
    }

    /**
     * Blocks until the descriptor is readable (or broken), somebody wakes, or time is over.
     *
     * @param timeoutMillis negative: no end
     */
    public void await(int timeoutMillis) throws IOException {
        watch(0, watched);
        watch(POLLFD_LENGTH, event);
        int ready = waiting.poll(pollfds, 2, timeoutMillis);
        if (ready < 0 && ready != -Errno.EINTR) {
            throw new ErrnoException("poll", -ready);
        }
        if (ready > 0 && pollfds.get(JAVA_SHORT, POLLFD_LENGTH + 6) != 0) {
            waiting.read(event, taken, 8); // an eventfd is read as a whole, and is 0 then
        }
    }

    private void watch(long at, int descriptor) {
        pollfds.set(JAVA_INT, at, descriptor);
        pollfds.set(JAVA_SHORT, at + 4, POLLIN);
        pollfds.set(JAVA_SHORT, at + 6, (short) 0);
    }

    /** Ends the current or the next wait at once. Does nothing after the close. */
    public void wake() {
        wakers.lock();
        try {
            if (!closed) {
                waking.write(event, one, 8); // EAGAIN: it is awake for sure
            }
        } finally {
            wakers.unlock();
        }
    }

    /** To be called when nobody waits any more. */
    @Override
    public void close() {
        wakers.lock();
        try {
            if (!closed) {
                closed = true;
                waking.close(event);
            }
        } finally {
            wakers.unlock();
        }
    }
}
