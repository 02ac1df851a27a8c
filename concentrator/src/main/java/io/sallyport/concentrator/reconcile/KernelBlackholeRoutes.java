package io.sallyport.concentrator.reconcile;

import io.sallyport.wire.IpAddress;
import io.sallyport.wire.IpNetwork;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Blackhole routes in the main table, by iproute2's {@code ip}, in one batch per change. Ours carry
 * the routing protocol number {@link #PROTOCOL}; the high metric lets any real route for the same
 * network win.
 */
public final class KernelBlackholeRoutes implements BlackholeRoutes {
    /**
     * Our routing protocol number (rtnetlink(7), rtm_protocol); not one of iproute2's rt_protos.
     */
    public static final int PROTOCOL = 83;

    private static final Logger LOG = System.getLogger(KernelBlackholeRoutes.class.getName());
    private static final List<String> BATCH = List.of("ip", "-force", "-batch", "-");
    private static final int METRIC = 1_000_000_000;
    private static final Duration LIMIT = Duration.ofSeconds(10);

    /**
     * Waits for the lines of the next change: an order waits for that, and most of its time is the
     * start of a process. Ends with this process, by the end of its input.
     */
    private final AtomicReference<Process> waiting = new AtomicReference<>();

    private record Output(int status, String stdout, String stderr) {}

    @Override
    public Set<IpNetwork> list() throws IOException {
        Set<IpNetwork> routes = new HashSet<>();
        for (String family : List.of("-4", "-6")) {
            Output output =
                    run(
                            start(
                                    List.of(
                                            "ip",
                                            family,
                                            "route",
                                            "show",
                                            "type",
                                            "blackhole",
                                            "proto",
                                            Integer.toString(PROTOCOL))),
                            "");
            if (output.status() != 0) {
                throw new IOException("ip route show failed: " + output.stderr());
            }
            for (String line : output.stdout().lines().toList()) {
                routes.add(network(line));
            }
        }
        return routes;
    }

    @Override
    public void change(Set<IpNetwork> add, Set<IpNetwork> remove) throws IOException {
        StringBuilder batch = new StringBuilder();
        add.forEach(network -> batch.append(line("add", network)));
        remove.forEach(network -> batch.append(line("del", network)));
        Output output;
        try {
            output = run(waitingBatch(), batch.toString());
        } finally {
            startWaitingBatch();
        }
        if (output.status() != 0) {
            throw new IOException("ip route failed: " + output.stderr());
        }
    }

    private Process waitingBatch() throws IOException {
        Process process = waiting.getAndSet(null);
        return process != null && process.isAlive() ? process : start(BATCH);
    }

    private void startWaitingBatch() {
        Thread.ofPlatform()
                .daemon()
                .name("ip-start")
                .start(
                        () -> {
                            try {
                                Process process = start(BATCH);
                                if (!waiting.compareAndSet(null, process)) {
                                    process.destroyForcibly();
                                }
                            } catch (IOException e) {
                                LOG.log(Level.DEBUG, "the next change starts its ip itself", e);
                            }
                        });
    }

    private static Process start(List<String> command) throws IOException {
        return new ProcessBuilder(command).start();
    }

    // Both ends of this line are ours: the network is a parsed one, so nothing else can be in it.
    private static String line(String verb, IpNetwork network) {
        return String.format(
                Locale.ROOT,
                "route %s blackhole %s proto %d metric %d\n",
                verb,
                network,
                PROTOCOL,
                METRIC);
    }

    /** A line such as {@code blackhole 10.1.1.0/24 metric 1000000000}; a host has no prefix. */
    static IpNetwork network(String line) throws IOException {
        String[] words = line.strip().split(" +", -1);
        try {
            if (words.length >= 2 && words[0].equals("blackhole")) {
                return words[1].contains("/")
                        ? IpNetwork.parse(words[1])
                        : IpNetwork.of(IpAddress.parse(words[1]));
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("expected a blackhole route, got " + line, e);
        }
        throw new IOException("expected a blackhole route, got " + line);
    }

    private static Output run(Process process, String input) throws IOException {
        try {
            CompletableFuture<String> stdout = read(process.getInputStream());
            CompletableFuture<String> stderr = read(process.getErrorStream());
            write(input, process.getOutputStream());
            if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("ip did not end within %d s".formatted(LIMIT.toSeconds()));
            }
            return new Output(
                    process.exitValue(),
                    stdout.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS),
                    stderr.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS).strip());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while ip ran");
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the output of ip could not be read", e);
        } finally {
            process.destroyForcibly();
        }
    }

    /** An {@code ip} that does not read ends with a status, which says more than a broken pipe. */
    private static void write(String input, OutputStream stdin) {
        Thread.ofPlatform()
                .daemon()
                .name("ip-input")
                .start(
                        () -> {
                            try (stdin) {
                                stdin.write(input.getBytes(StandardCharsets.US_ASCII));
                            } catch (IOException e) {
                                LOG.log(Level.DEBUG, "ip did not read all of its input", e);
                            }
                        });
    }

    private static CompletableFuture<String> read(InputStream stream) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try (stream) {
                        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                // Reading a pipe would hold a virtual thread's carrier.
                task -> Thread.ofPlatform().daemon().name("ip-output").start(task));
    }
}
