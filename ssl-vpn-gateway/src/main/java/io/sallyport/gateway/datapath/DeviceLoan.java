package io.sallyport.gateway.datapath;

import io.sallyport.gateway.datapath.libc.Waker;

/**
 * Who reads the TUN device (ADR 104). Under load a thread of its own does, its owner. While there
 * is little to do it lends the device to the thread that receives datagrams, which waits for both:
 * so nobody has to be woken for an answer that the thread's own write has brought about.
 *
 * <p>Each change is made by the thread that reads at the time, so there is never a second reader.
 */
final class DeviceLoan {
    /** What the owner looks at before it lends, and so how often the device can be lent. */
    static final int WINDOW_MILLIS = 100;

    /** Frames in a window that one thread carries beside the datagrams: 2,000 in a second. */
    private static final int LITTLE = 200;

    /** Frames, or datagrams, in one turn of the borrower, that are more than it should do alone. */
    static final int MUCH = TcpToTun.REST_AFTER;

    private final Waker owner;
    private final Waker borrower;
    private volatile boolean lent;
    // The owner's:
    private boolean counting;
    private long since;
    private int frames;

    DeviceLoan(Waker owner, Waker borrower) {
        this.owner = owner;
        this.borrower = borrower;
    }

    /** Whether the device is the borrower's now. Thread-safe. */
    boolean isLent() {
        return lent;
    }

    /**
     * Lends the device, if the last window had little. For the owner, while the device is not lent.
     *
     * @param now of {@link NanoClock}
     * @param more frames that were carried since the last call
     * @return whether it is lent
     */
    boolean lend(long now, int more) {
        frames += more;
        if (!counting) {
            begin(now);
            return false;
        }
        if (now - since < WINDOW_MILLIS * 1_000_000L) {
            return false;
        }
        if (frames >= LITTLE) {
            begin(now);
            return false;
        }
        counting = false; // a new window begins when the device has come back
        lent = true;
        borrower.wake(); // it waits for the device, too, from its next turn on
        return true;
    }

    private void begin(long now) {
        counting = true;
        since = now;
        frames = 0;
    }

    /** Gives the device back. For the borrower, while it is lent. */
    void giveBack() {
        lent = false;
        owner.wake();
    }

    /**
     * Who wakes the owner may mean whoever reads the device (one in memory has nothing to poll
     * for).
     */
    void passOn() {
        if (lent) {
            borrower.wake();
        }
    }
}
