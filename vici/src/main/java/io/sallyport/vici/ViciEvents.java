package io.sallyport.vici;

import io.sallyport.vici.ViciPacket.CmdRequest;
import io.sallyport.vici.ViciPacket.CmdResponse;
import io.sallyport.vici.ViciPacket.Event;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A subscription to charon's events, on a connection and a virtual thread of its own.
 *
 * <p>That thread alone reads the socket and calls the listener. When the connection breaks it
 * connects again until it is closed, pausing from 20 ms up to 1 s. When charon has been silent for
 * a while it is asked for its version, on the same connection; without an answer the connection
 * counts as lost, so a charon that hangs is noticed too.
 */
public final class ViciEvents implements Closeable {
    private static final Logger LOG = System.getLogger(ViciEvents.class.getName());
    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    /**
     * How long things may take.
     *
     * @param silence without events before charon is asked whether it lives
     * @param answer for connecting, for answers, and for a packet once it has begun
     */
    record Patience(Duration silence, Duration answer) {
        static final Patience DEFAULT = new Patience(Duration.ofSeconds(15), Duration.ofSeconds(5));
    }

    private final Path socket;
    private final List<String> events;
    private final ViciEventListener listener;
    private final Patience patience;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile ViciConnection connection;

    // Owned by the subscription's thread.
    private long generation;
    private boolean lossTold;
    private Duration pause = FIRST_PAUSE;

    private ViciEvents(
            Path socket, Set<String> events, ViciEventListener listener, Patience patience) {
        this.socket = socket;
        this.events = List.copyOf(events);
        this.listener = listener;
        this.patience = patience;
        events.forEach(ViciMessage::requireName);
    }

    /**
     * Subscribes, and returns before the connection is made.
     *
     * @param socket the path of charon's VICI socket
     * @param events their names; {@link ViciEvent#TYPED} are those with a type of their own. If
     *     charon does not know one, no connection stays: the listener is told {@link
     *     ViciUnknownEventException}
     * @param listener is called from the subscription's thread only
     */
    public static ViciEvents subscribe(
            Path socket, Set<String> events, ViciEventListener listener) {
        return subscribe(socket, events, listener, Patience.DEFAULT);
    }

    static ViciEvents subscribe(
            Path socket, Set<String> events, ViciEventListener listener, Patience patience) {
        ViciEvents subscription = new ViciEvents(socket, events, listener, patience);
        Thread.ofVirtual().name("vici-events").start(subscription::run);
        return subscription;
    }

    /**
     * Ends the subscription. A call of the listener that is under way ends by itself; no other
     * follows.
     */
    @Override
    public void close() throws IOException {
        closed.countDown();
        ViciConnection open = connection;
        if (open != null) {
            open.close();
        }
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    private void run() {
        while (!isClosed()) {
            try (ViciConnection charon =
                    ViciConnection.connect(socket, Deadline.in(patience.answer()))) {
                connection = charon;
                listen(charon);
            } catch (IOException e) {
                tellLoss(e);
            } catch (RuntimeException e) {
                tellLoss(new IOException("the listener failed", e));
            }
            rest();
        }
    }

    private void listen(ViciConnection charon) throws IOException {
        Deadline registered = Deadline.in(patience.answer());
        for (String event : events) {
            if (!charon.register(event, registered)) {
                throw new ViciUnknownEventException(event);
            }
        }
        requireOpen();
        lossTold = false;
        listener.connected(++generation);
        boolean asked = false;
        while (true) {
            Duration wait = asked ? patience.answer() : patience.silence();
            Deadline deadline = Deadline.in(wait);
            if (charon.awaitPacket(deadline)) {
                asked &= !deliver(charon.receive(Deadline.in(patience.answer())), asked);
            } else if (asked) {
                throw deadline.missed("charon's sign of life");
            } else {
                charon.send(
                        ViciCodec.encode(new CmdRequest("version", ViciMessage.EMPTY)),
                        Deadline.in(patience.answer()));
                asked = true;
            }
        }
    }

    /** Whether the packet was the answer to the question whether charon lives. */
    private boolean deliver(ViciPacket packet, boolean asked) throws IOException {
        requireOpen();
        return switch (packet) {
            case Event(var name, var message) -> {
                listener.event(ViciEvent.from(name, message));
                pause = FIRST_PAUSE; // Not before: an event that always fails must not be met in
                // haste.
                yield false;
            }
            case CmdResponse _ when asked -> true;
            default -> throw ViciConnection.unexpected("an event", packet);
        };
    }

    private void requireOpen() throws IOException {
        if (isClosed()) {
            throw new ClosedChannelException();
        }
    }

    private void tellLoss(IOException cause) {
        if (isClosed() || lossTold) {
            return;
        }
        lossTold = true;
        try {
            listener.disconnected(cause);
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "a listener failed while it was told of a lost connection", e);
        }
    }

    private void rest() {
        try {
            boolean _ = closed.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            // Only a listener can have interrupted its own thread; close is the way to end.
        }
        Duration twice = pause.multipliedBy(2);
        pause = twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    }
}
