package io.sallyport.lab.bench;

import io.sallyport.lab.CharonHost;
import io.sallyport.lab.LabException;
import io.sallyport.vici.ViciEvent;
import io.sallyport.vici.ViciEventListener;
import io.sallyport.vici.ViciEvents;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waits for charon's own word that the first CHILD_SA is installed, and when that was. */
final class ChildWatch implements ViciEventListener, AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final CountDownLatch listening = new CountDownLatch(1);
    private final CountDownLatch established = new CountDownLatch(1);
    private final ViciEvents events;
    private volatile long when;

    /** Listens to the charon of this host; returns when no event can be missed any more. */
    ChildWatch(CharonHost host) {
        events = ViciEvents.subscribe(host.viciSocket(), Set.of("child-updown"), this);
        await(listening, "listening to " + host.name());
    }

    /** The {@link System#nanoTime} at which it was installed. */
    long awaitEstablished() {
        await(established, "a CHILD_SA");
        return when;
    }

    private static void await(CountDownLatch latch, String what) {
        try {
            if (!latch.await(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new LabException(what + ": not within " + DEADLINE);
            }
        } catch (InterruptedException e) {
            throw LabException.interrupted(what, e);
        }
    }

    @Override
    public void connected(long generation) {
        listening.countDown();
    }

    @Override
    public void event(ViciEvent event) {
        if (established.getCount() > 0
                && event instanceof ViciEvent.ChildUpdown child
                && child.up()) {
            when = System.nanoTime();
            established.countDown();
        }
    }

    @Override
    public void disconnected(IOException cause) {}

    @Override
    public void close() {
        try {
            events.close();
        } catch (IOException e) {
            throw new LabException("a subscription", e);
        }
    }
}
