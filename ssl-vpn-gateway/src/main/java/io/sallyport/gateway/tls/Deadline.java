package io.sallyport.gateway.tls;

import java.io.IOException;
import java.nio.channels.Channel;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Closes a channel when its time is over. That ends reads and writes alike, whatever they wait for,
 * so a peer gains nothing by sending or reading an octet at a time.
 */
final class Deadline {

    private static final ScheduledThreadPoolExecutor TIMER = timer();

    private final Channel channel;
    private ScheduledFuture<?> pending;
    private int turn;
    private volatile boolean passed;

    Deadline(Channel channel) {
        this.channel = channel;
    }

    private static ScheduledThreadPoolExecutor timer() {
        var timer =
                new ScheduledThreadPoolExecutor(
                        1, Thread.ofPlatform().daemon().name("tls-deadlines").factory());
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }

    /** Sets the time anew. */
    synchronized void in(Duration fromNow) {
        cancel();
        int mine = turn;
        pending = TIMER.schedule(() -> pass(mine), fromNow.toNanos(), TimeUnit.NANOSECONDS);
    }

    synchronized void cancel() {
        turn++;
        if (pending != null) {
            pending.cancel(false);
            pending = null;
        }
    }

    /** Whether the channel was closed for its time. */
    boolean passed() {
        return passed;
    }

    private synchronized void pass(int mine) {
        // Cancelled while it waited for the lock.
        if (turn != mine) {
            return;
        }
        passed = true;
        try {
            channel.close();
        } catch (IOException _) {
            // Closed is what it is to be.
        }
    }
}
