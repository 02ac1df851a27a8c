package io.sallyport.vici;

import io.sallyport.vici.ViciPacket.CmdRequest;
import io.sallyport.vici.ViciPacket.CmdResponse;
import io.sallyport.vici.ViciPacket.CmdUnknown;
import io.sallyport.vici.ViciPacket.Event;
import io.sallyport.vici.ViciPacket.EventConfirm;
import io.sallyport.vici.ViciPacket.EventRegister;
import io.sallyport.vici.ViciPacket.EventUnknown;
import io.sallyport.vici.ViciPacket.EventUnregister;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Speaks VICI on a real Unix socket and does what a test tells it: answers, streams, fails, stops
 * in mid-packet, restarts. Each connection has a virtual thread, on which the handlers run.
 */
public final class FakeCharon implements Closeable {
    /** Answers a command. */
    @FunctionalInterface
    public interface Handler {
        /** Does to the client what it likes, or nothing: then the client waits. */
        void handle(ViciMessage request, Client client) throws IOException;
    }

    private final Path socket;
    private final Map<String, Handler> handlers = new ConcurrentHashMap<>();
    private final Set<String> unknownEvents = ConcurrentHashMap.newKeySet();
    private final List<CmdRequest> requests = new CopyOnWriteArrayList<>();
    private final Set<Client> clients = ConcurrentHashMap.newKeySet();
    private volatile ServerSocketChannel server;
    private volatile Thread acceptor;

    /** Listens on a path whose file is made, or replaced. */
    public FakeCharon(Path socket) throws IOException {
        this.socket = socket;
        start();
    }

    /** The path it listens on. */
    public Path socket() {
        return socket;
    }

    /** Sets what a command does; unknown until then. */
    public FakeCharon on(String command, Handler handler) {
        handlers.put(command, handler);
        return this;
    }

    /** Sets the response of a command. */
    public FakeCharon answer(String command, ViciMessage response) {
        return on(command, (_, client) -> client.respond(response));
    }

    /** Has a command refused with charon's {@code errmsg}. */
    public FakeCharon refuse(String command, String errmsg) {
        return answer(
                command, ViciMessage.builder().put("success", false).put("errmsg", errmsg).build());
    }

    /** Sets what a command streams before an empty response. */
    public FakeCharon stream(String command, String event, Iterable<ViciMessage> messages) {
        return on(
                command,
                (_, client) -> {
                    for (ViciMessage message : messages) {
                        client.raise(event, message);
                    }
                    client.respond(ViciMessage.EMPTY);
                });
    }

    /** Makes an event unknown; all others can be registered. */
    public FakeCharon withoutEvent(String event) {
        unknownEvents.add(event);
        return this;
    }

    /** Raises an event to every client that registered for it. */
    public void raise(String event, ViciMessage message) {
        for (Client client : clients) {
            try {
                client.raise(event, message);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Every command that came, in order. */
    public List<CmdRequest> requests() {
        return List.copyOf(requests);
    }

    /**
     * Ends every connection, forgets the registrations and listens anew, as a restarted charon
     * would.
     */
    public void restart() throws IOException {
        stop();
        start();
    }

    /** Ends every connection and listens no more. */
    public void stop() throws IOException {
        server.close();
        awaitEnd(acceptor); // It is the one that really closes the socket.
        for (Client client : clients) {
            client.close();
        }
        clients.clear();
    }

    /** Listens (again). */
    public void start() throws IOException {
        Files.deleteIfExists(socket);
        ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listening.bind(UnixDomainSocketAddress.of(socket));
        server = listening;
        acceptor = Thread.ofVirtual().name("fake-charon").start(() -> accept(listening));
    }

    @Override
    public void close() throws IOException {
        stop();
        Files.deleteIfExists(socket);
    }

    private static void awaitEnd(Thread thread) throws IOException {
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new ClosedByInterruptException();
        }
    }

    private void accept(ServerSocketChannel listening) {
        while (listening.isOpen()) {
            try {
                Client client = new Client(listening.accept());
                clients.add(client);
                Thread.ofVirtual().name("fake-charon-client").start(() -> serve(client));
            } catch (IOException _) {
                return; // Closed: the fake was stopped.
            }
        }
    }

    private void serve(Client client) {
        try (client) {
            while (true) {
                switch (client.receive()) {
                    case CmdRequest request -> {
                        requests.add(request);
                        handlers.getOrDefault(
                                        request.name(), (_, from) -> from.send(new CmdUnknown()))
                                .handle(request.message(), client);
                    }
                    case EventRegister(var event) -> {
                        boolean known = !unknownEvents.contains(event);
                        if (known) {
                            client.registered.add(event);
                        }
                        client.send(known ? new EventConfirm() : new EventUnknown());
                    }
                    case EventUnregister(var event) -> {
                        boolean registered = client.registered.remove(event);
                        client.send(registered ? new EventConfirm() : new EventUnknown());
                    }
                    case ViciPacket other -> throw new IOException("a client sent " + other);
                }
            }
        } catch (IOException _) {
            // The client has gone, or the test closed it.
        } finally {
            clients.remove(client);
        }
    }

    /** One connection of a client. */
    public static final class Client implements Closeable {
        private final SocketChannel channel;
        private final Set<String> registered = ConcurrentHashMap.newKeySet();

        private Client(SocketChannel channel) {
            this.channel = channel;
        }

        /** Answers the command under way. */
        public void respond(ViciMessage response) throws IOException {
            send(new CmdResponse(response));
        }

        /** Raises an event, if the client registered for it. */
        public void raise(String event, ViciMessage message) throws IOException {
            if (registered.contains(event)) {
                send(new Event(event, message));
            }
        }

        /** Sends a packet, whatever it is. */
        public void send(ViciPacket packet) throws IOException {
            sendOctets(framed(packet));
        }

        /** Sends octets as they are, length header and all. */
        public synchronized void sendOctets(ByteBuffer octets) throws IOException {
            while (octets.hasRemaining()) {
                channel.write(octets);
            }
        }

        /** A packet as it goes over the wire, with its length header. */
        public static ByteBuffer framed(ViciPacket packet) {
            ByteBuffer content = ViciCodec.encode(packet);
            return ByteBuffer.allocate(ViciCodec.HEADER_LENGTH + content.remaining())
                    .putInt(content.remaining())
                    .put(content)
                    .flip();
        }

        /**
         * Hangs up; the other end sees it at once, though another thread may still be reading here.
         */
        @Override
        public void close() throws IOException {
            try (channel) {
                channel.shutdownInput().shutdownOutput();
            } catch (ClosedChannelException _) {
                // Closed before.
            }
        }

        private ViciPacket receive() throws IOException {
            int length = read(ViciCodec.HEADER_LENGTH).getInt();
            ViciCodec.requireSegmentLength(length);
            return ViciCodec.decode(read(length));
        }

        private ByteBuffer read(int length) throws IOException {
            ByteBuffer octets = ByteBuffer.allocate(length);
            while (octets.hasRemaining()) {
                if (channel.read(octets) < 0) {
                    throw new EOFException();
                }
            }
            return octets.flip();
        }
    }
}
