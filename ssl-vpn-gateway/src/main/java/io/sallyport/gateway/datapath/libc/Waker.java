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
    private static final int EVENT = 0;
    private static final int WATCHED = 1;
    private static final int ALSO_WATCHED = 2;

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
        this.pollfds = Arena.ofAuto().allocate(3L * POLLFD_LENGTH, 8);
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
        watch(WATCHED, watched);
        await(2, timeoutMillis);
    }

    /** As {@link #await(int)}, or until another's descriptor is readable; not until it is woken. */
    public void await(int timeoutMillis, Waker other) throws IOException {
        watch(WATCHED, watched);
        watch(ALSO_WATCHED, other.watched);
        await(3, timeoutMillis);
    }

    /** Blocks until somebody wakes. */
    public void awaitWake() throws IOException {
        await(1, -1);
    }

    private void await(int descriptors, int timeoutMillis) throws IOException {
        watch(EVENT, event);
        int ready = waiting.poll(pollfds, descriptors, timeoutMillis);
        if (ready < 0 && ready != -Errno.EINTR) {
            throw new ErrnoException("poll", -ready);
        }
        if (ready > 0 && pollfds.get(JAVA_SHORT, at(EVENT) + 6) != 0) {
            waiting.read(event, taken, 8); // an eventfd is read as a whole, and is 0 then
        }
    }

    private void watch(int index, int descriptor) {
        pollfds.set(JAVA_INT, at(index), descriptor);
        pollfds.set(JAVA_SHORT, at(index) + 4, POLLIN);
        pollfds.set(JAVA_SHORT, at(index) + 6, (short) 0);
    }

    private static long at(int index) {
        return (long) POLLFD_LENGTH * index;
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
