package io.sallyport.vici;

import io.sallyport.vici.ViciPacket.CmdRequest;
import io.sallyport.vici.ViciPacket.CmdResponse;
import io.sallyport.vici.ViciPacket.CmdUnknown;
import io.sallyport.vici.ViciPacket.Event;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Commands to one charon, over one connection that is made when the first call needs it and made
 * again after it was lost.
 *
 * <p>For any number of threads: VICI allows one command at a time per connection, so calls take
 * turns by a fair lock, and each runs on the thread that makes it. Every call blocks and has a
 * limit, which covers waiting for its turn, connecting, sending and receiving. A call that misses
 * its limit, is interrupted or meets malformed octets closes the connection, because the stream
 * position is lost; the next call connects anew. A connection that charon closed while idle (a
 * restart) is noticed before a command is sent, so the call goes to the new charon. A command that
 * was sent is never sent a second time.
 */
public final class ViciSession implements Closeable {
    private final Path socket;
    private final ReentrantLock turn = new ReentrantLock(true);
    private final AtomicLong generation = new AtomicLong();
    private volatile boolean closed;

    /** Set by whoever has the turn; closed by anybody. */
    private volatile ViciConnection connection;

    /**
     * A session with the charon that listens on this Unix socket. Does not connect yet.
     *
     * @param socket the path behind {@code unix://} in charon's {@code plugins.vici.socket}, such
     *     as {@code /var/run/charon.vici}
     */
    public ViciSession(Path socket) {
        this.socket = socket;
    }

    /**
     * Calls a command and returns its response.
     *
     * @param limit for all of it; after that the connection is closed
     * @throws ViciCommandException if charon answers {@code success=no}
     * @throws ViciUnknownCommandException if charon has no such command
     * @throws ViciTimeoutException if the limit passes
     * @throws IOException if the connection cannot be made or breaks
     * @throws IllegalArgumentException if the request is longer than {@link
     *     ViciCodec#MAX_SEGMENT_LENGTH}
     */
    public ViciMessage call(String command, ViciMessage request, Duration limit)
            throws IOException {
        ByteBuffer packet = ViciCodec.encode(new CmdRequest(command, request));
        return inTurn(
                Deadline.in(limit),
                (charon, deadline) -> {
                    charon.send(packet, deadline);
                    return answer(command, charon.receive(deadline));
                });
    }

    /**
     * Calls a command that streams its result as events, and returns its response. Only one event
     * is held at a time.
     *
     * @param event the event that carries the result, such as {@code list-sa} for {@code list-sas}
     * @param silence the longest wait for the next event or the response
     * @param limit for all of it, the consumer's own time included; it never interrupts the
     *     consumer
     * @param consumer is called on this thread for each event, and must not call this session. What
     *     it throws is thrown here, once the rest of the stream was read and dropped
     * @throws ViciUnknownEventException if charon has no such event
     * @throws ViciCommandException if charon answers {@code success=no}
     * @throws ViciUnknownCommandException if charon has no such command
     * @throws ViciTimeoutException if a limit passes
     * @throws IOException if the connection cannot be made or breaks
     * @throws IllegalArgumentException if the request is longer than {@link
     *     ViciCodec#MAX_SEGMENT_LENGTH}
     */
    public ViciMessage stream(
            String command,
            String event,
            ViciMessage request,
            Duration silence,
            Duration limit,
            EventConsumer consumer)
            throws IOException {
        ByteBuffer packet = ViciCodec.encode(new CmdRequest(command, request));
        return inTurn(
                Deadline.in(limit),
                (charon, deadline) -> {
                    if (!charon.register(event, deadline.orIn(silence))) {
                        return thrower(new ViciUnknownEventException(event));
                    }
                    charon.send(packet, deadline);
                    ViciPacket next = charon.receive(deadline.orIn(silence));
                    Exception failure = null;
                    while (next instanceof Event(var name, var message)) {
                        if (failure == null && name.equals(event)) {
                            failure = failureOf(consumer, message);
                        }
                        next = charon.receive(deadline.orIn(silence));
                    }
                    Outcome answer = answer(command, next);
                    charon.unregister(event, deadline.orIn(silence));
                    return failure == null ? answer : thrower(failure);
                });
    }

    /**
     * Tells one connection from the next: 0 before the first, then one more with each. Another
     * number may mean another charon that knows nothing of what was loaded before; the same number
     * is the same charon. ({@link Charon#stats} tells since when a charon runs.)
     */
    public long generation() {
        return generation.get();
    }

    /** Closes the connection; a call under way fails, and so do later ones. */
    @Override
    public void close() throws IOException {
        closed = true;
        ViciConnection open = connection;
        if (open != null) {
            open.close();
        }
    }

    /** What to do on a connection. Whatever it throws closes the connection. */
    private interface Exchange {
        Outcome with(ViciConnection charon, Deadline deadline) throws IOException;
    }

    /** How a call ends after an exchange that left the connection in order. */
    private interface Outcome {
        ViciMessage get() throws IOException;
    }

    private ViciMessage inTurn(Deadline deadline, Exchange exchange) throws IOException {
        if (turn.isHeldByCurrentThread()) {
            throw new IllegalStateException("a consumer called the session that is calling it");
        }
        awaitTurn(deadline);
        Outcome outcome = null;
        try {
            outcome = exchange.with(connected(deadline), deadline);
        } finally {
            if (outcome == null) {
                disconnect();
            }
            turn.unlock();
        }
        return outcome.get();
    }

    private static Outcome answer(String command, ViciPacket packet) throws ViciProtocolException {
        return switch (packet) {
            case CmdResponse(var response) when isFailure(response) ->
                    thrower(new ViciCommandException(command, response));
            case CmdResponse(var response) -> () -> response;
            case CmdUnknown() -> thrower(new ViciUnknownCommandException(command));
            default -> throw ViciConnection.unexpected("the response to " + command, packet);
        };
    }

    private static boolean isFailure(ViciMessage response) {
        return response.value("success").isPresent() && !response.isYes("success");
    }

    private static Outcome thrower(Exception failure) {
        return () -> {
            switch (failure) {
                case IOException e -> throw e;
                case RuntimeException e -> throw e;
                default -> throw new AssertionError(failure);
            }
        };
    }

    private static Exception failureOf(EventConsumer consumer, ViciMessage message) {
        try {
            consumer.accept(message);
            return null;
        } catch (IOException | RuntimeException e) {
            return e;
        }
    }

    private void awaitTurn(Deadline deadline) throws IOException {
        try {
            if (!turn.tryLock(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
                throw deadline.missed("waiting for another call to charon");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new ClosedByInterruptException();
        }
    }

    private ViciConnection connected(Deadline deadline) throws IOException {
        requireOpen();
        if (connection != null && connection.isStale()) {
            disconnect();
        }
        if (connection == null) {
            connection = ViciConnection.connect(socket, deadline);
            generation.incrementAndGet();
            requireOpen(); // Closing may have come too early to see this connection.
        }
        return connection;
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    private void disconnect() {
        ViciConnection lost = connection;
        connection = null;
        if (lost != null) {
            try {
                lost.close();
            } catch (IOException _) {
                // It is given up anyway, and why is already being thrown.
            }
        }
    }
}
