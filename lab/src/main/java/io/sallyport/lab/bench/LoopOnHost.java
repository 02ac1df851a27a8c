package io.sallyport.lab.bench;

import io.sallyport.concentrator.desired.ConcentratorState;
import io.sallyport.concentrator.observe.Observations;
import io.sallyport.concentrator.reconcile.KernelBlackholeRoutes;
import io.sallyport.concentrator.reconcile.NodeCredentials;
import io.sallyport.concentrator.reconcile.Pass;
import io.sallyport.concentrator.reconcile.PassListener;
import io.sallyport.concentrator.reconcile.ReconcileLoop;
import io.sallyport.concentrator.reconcile.Reconciler;
import io.sallyport.node.desired.DesiredStore;
import io.sallyport.node.storage.StateDirectory;
import io.sallyport.vici.ViciSession;
import io.sallyport.wire.DesiredState;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.TimeUnit;

/**
 * The concentrator's loop as the process runs it, on its own host, but told when: a program for
 * {@link LoadThousand}. It listens on a Unix socket; one word a line asks for one pass, and the
 * answer is its time in milliseconds and the number of its actions.
 *
 * <ul>
 *   <li>{@code load}: nothing is known but the stored desired state, as when the process starts.
 *       Timed from reading the file to the end of the pass.
 *   <li>{@code again}: the loop of the last load is woken. Timed from there to the end of the pass.
 *   <li>{@code end}: the loop ends, so that it repairs nothing while others are measured.
 * </ul>
 */
final class LoopOnHost implements Closeable {
    private static final String RECORD = "loaded.json";
    private static final int LIMIT_SECONDS = 120;

    private final Path directory;
    private final Path socket;
    private final NodeCredentials node;
    private final StateDirectory state;
    private Running running;

    private LoopOnHost(Path directory, Path socket) throws IOException {
        this.directory = directory;
        this.socket = socket;
        this.node = new NodeCredentials(key(), read("ike.pem"));
        this.state = StateDirectory.open(directory);
    }

    /**
     * Serves until it is ended by a signal.
     *
     * @param arguments the concentrator's id; the directory with desired.json, ike.key and ike.pem;
     *     charon's socket; the socket to listen on
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        UUID concentrator = UUID.fromString(arguments[0]);
        try (LoopOnHost loop = new LoopOnHost(Path.of(arguments[1]), Path.of(arguments[2]));
                ServerSocketChannel server =
                        ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            // Named when it listens already: who sees the name may connect.
            Path unnamed = Path.of(arguments[3] + ".new");
            Files.deleteIfExists(unnamed);
            server.bind(UnixDomainSocketAddress.of(unnamed));
            Files.move(unnamed, Path.of(arguments[3]));
            while (true) {
                try (SocketChannel client = server.accept()) {
                    loop.serve(client, concentrator);
                }
            }
        }
    }

    private void serve(SocketChannel client, UUID concentrator)
            throws IOException, InterruptedException {
        BufferedReader in =
                new BufferedReader(Channels.newReader(client, StandardCharsets.US_ASCII));
        PrintWriter out =
                new PrintWriter(Channels.newWriter(client, StandardCharsets.US_ASCII), true);
        for (String word = in.readLine(); word != null; word = in.readLine()) {
            switch (word) {
                case "load" -> out.println(load(concentrator));
                case "again" -> out.println(again());
                case "end" -> {
                    close();
                    out.println("0 0");
                }
                default -> throw new IOException("unknown word " + word);
            }
        }
    }

    private String load(UUID concentrator) throws IOException, InterruptedException {
        close();
        Files.deleteIfExists(directory.resolve(RECORD));
        long begun = System.nanoTime();
        DesiredStore<DesiredState> desired = ConcentratorState.open(state, concentrator);
        running = new Running(desired);
        return running.pass(begun);
    }

    private String again() throws InterruptedException {
        running.passes.clear(); // one that nobody asked for, by the interval
        long begun = System.nanoTime();
        running.loop.wake();
        return running.pass(begun);
    }

    /** Ends the loop; what charon has stays. */
    @Override
    public void close() throws IOException {
        if (running != null) {
            running.close();
            running = null;
        }
    }

    private PrivateKey key() throws IOException {
        String base64 = read("ike.key").replaceAll("-----[A-Z ]+-----|\\s", "");
        try {
            return KeyFactory.getInstance("EC")
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
        } catch (GeneralSecurityException e) {
            throw new IOException("ike.key", e);
        }
    }

    private String read(String file) throws IOException {
        return Files.readString(directory.resolve(file), StandardCharsets.US_ASCII);
    }

    /** A loop on its thread, with what it talks to. */
    private final class Running implements PassListener, Closeable {
        private final LinkedTransferQueue<Pass> passes = new LinkedTransferQueue<>();
        private final ViciSession session = new ViciSession(socket);
        private final ReconcileLoop loop;
        private final Thread thread;

        Running(DesiredStore<DesiredState> desired) {
            Observations observations = new Observations(Clock.systemUTC());
            Reconciler reconciler =
                    new Reconciler(
                            session,
                            () -> node,
                            new KernelBlackholeRoutes(),
                            state,
                            observations::liveNames,
                            observations::isAuthenticatedAfter,
                            observations);
            loop = new ReconcileLoop(desired::current, reconciler, List.of(observations, this));
            thread = Thread.ofVirtual().name("reconcile").start(this::run);
        }

        private void run() {
            try {
                loop.run();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }

        String pass(long begun) throws InterruptedException {
            Pass pass = passes.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
            if (pass == null || !pass.applied() || !pass.refused().isEmpty()) {
                return "failed " + pass;
            }
            return (System.nanoTime() - begun) / 1e6 + " " + pass.actions();
        }

        @Override
        public void wanted(DesiredState desired) {}

        @Override
        public void done(Pass pass) {
            passes.add(pass);
        }

        @Override
        public void close() throws IOException {
            thread.interrupt();
            session.close();
        }
    }
}
