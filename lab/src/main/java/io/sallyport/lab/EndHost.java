package io.sallyport.lab;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A host that sends and receives traffic of its own: behind a gateway, or a teleworker's. */
public abstract sealed class EndHost extends TestHost permits LanHost, TeleworkerHost {
    private static final Pattern SENT = Pattern.compile("(\\d+) packets transmitted");
    private static final Pattern THROUGHPUT = Pattern.compile("([\\d.]+) Mbits/sec\\s+receiver");

    private static final int IPERF_PORT = 5201;

    EndHost(
            Engine engine,
            String name,
            List<Leg> legs,
            String preparation,
            List<Mount> mounts,
            Set<Feature> features) {
        super(engine, name, legs, preparation, mounts, features);
    }

    /**
     * Sends {@code count} echo requests, five a second, and waits at most a second for the last
     * reply.
     */
    public final Pings ping(String destination, int count) {
        String output =
                tryRun(
                                Duration.ofSeconds(10L + count / 5),
                                "ping",
                                "-n",
                                "-c",
                                Integer.toString(count),
                                "-i",
                                "0.2",
                                "-W",
                                "1",
                                destination)
                        .out();
        Matcher matcher = SENT.matcher(output);
        if (!matcher.find()) {
            throw new LabException(name() + ": ping " + destination + ": " + output);
        }
        return Pings.of(output, Integer.parseInt(matcher.group(1)));
    }

    /** Sends five echo requests a second until it is closed, answered or not. */
    public final SteadyPing keepPinging(String destination) {
        return new SteadyPing(spawn("steady-ping", "ping", "-n", "-q", "-i", "0.2", destination));
    }

    /** Sends so many echo requests a second until it is told to end; one at a time. */
    public final CountedPing beginCounting(String destination, int perSecond) {
        return new CountedPing(this, destination, perSecond);
    }

    /** A ping that goes on. */
    public static final class SteadyPing implements AutoCloseable {
        private final HostProcess process;

        private SteadyPing(HostProcess process) {
            this.process = process;
        }

        public boolean isSending() {
            return process.isAlive();
        }

        @Override
        public void close() {
            process.end(SHORT);
        }
    }

    /** Waits until {@code destination} answers a ping. */
    public final void awaitReachable(String destination, Duration deadline) {
        await(deadline, "ping -n -q -c 1 -W 1 " + destination);
    }

    /**
     * Sends TCP to another host for some seconds.
     *
     * @return what arrived, in Mbit/s
     */
    public final double throughputTo(LanHost other, int seconds) {
        return throughputTo(other, other.address(), IPERF_PORT, seconds);
    }

    /** As {@link #throughputTo(LanHost, int)}, over IPv6. */
    public final double throughputV6To(LanHost other, int seconds) {
        return throughputTo(other, other.addressV6(), IPERF_PORT, seconds);
    }

    /**
     * As {@link #throughputTo(LanHost, int)}, for several at once.
     *
     * @param port of each its own
     */
    public final double throughputTo(LanHost other, String address, int port, int seconds) {
        HostProcess server = other.serveThroughput(port);
        try {
            String output =
                    run(
                            Duration.ofSeconds(seconds + 20L),
                            "iperf3",
                            "--client",
                            address,
                            "--port",
                            Integer.toString(port),
                            "--time",
                            Integer.toString(seconds),
                            "--format",
                            "m");
            Matcher matcher = THROUGHPUT.matcher(output);
            if (!matcher.find()) {
                throw new LabException(name() + ": iperf3: " + output);
            }
            return Double.parseDouble(matcher.group(1));
        } finally {
            server.end(SHORT);
        }
    }

    /** Starts what {@code iperf3 --client} measures against, and waits until it listens. */
    public final HostProcess serveThroughput(int port) {
        HostProcess server =
                spawn("iperf3-" + port, "iperf3", "--server", "--port", Integer.toString(port));
        await(SHORT, "grep -q ':%04X .* 0A ' /proc/net/tcp /proc/net/tcp6".formatted(port));
        return server;
    }
}
