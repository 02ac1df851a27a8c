package io.sallyport.lab;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A host that sends and receives traffic of its own: behind a gateway, or a teleworker's. */
public abstract sealed class EndHost extends TestHost permits LanHost, TeleworkerHost {
    private static final Pattern PINGS =
            Pattern.compile("(\\d+) packets transmitted, (\\d+) received");
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
     * How many echo requests were sent and answered.
     *
     * @param received echo replies, of {@code sent} requests
     */
    public record Pings(int sent, int received) {
        public boolean allReceived() {
            return received == sent;
        }
    }

    /**
     * Sends {@code count} echo requests, five a second, and waits at most a second for the last
     * reply.
     */
    public final Pings ping(String destination, int count) {
        return ping(destination, count, 5);
    }

    /** As {@link #ping(String, int)}, so many a second. */
    public final Pings ping(String destination, int count, int perSecond) {
        String output =
                tryRun(
                                Duration.ofSeconds(10L + count / perSecond),
                                "ping",
                                "-n",
                                "-q",
                                "-c",
                                Integer.toString(count),
                                "-i",
                                Double.toString(1.0 / perSecond),
                                "-W",
                                "1",
                                destination)
                        .out();
        Matcher matcher = PINGS.matcher(output);
        if (!matcher.find()) {
            throw new LabException(name() + ": ping " + destination + ": " + output);
        }
        return new Pings(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }

    /** Starts to record every packet that arrives here; returns when the recording has begun. */
    public final Capture capture() {
        return Capture.begin(this, name() + "-capture");
    }

    /** Sends five echo requests a second until it is closed, answered or not. */
    public final SteadyPing keepPinging(String destination) {
        return new SteadyPing(spawn("steady-ping", "ping", "-n", "-q", "-i", "0.2", destination));
    }

    /** Sends so many echo requests a second until it is told to end. */
    public final CountedPing beginCounting(String destination, int perSecond) {
        return new CountedPing(this, destination, perSecond);
    }

    /**
     * A ping that goes on for as long as something takes that others do meanwhile. It counts each
     * second's requests by themselves, so that none is on its way when it ends.
     */
    public static final class CountedPing {
        private static final String NAME = "counted-ping";
        private static final String END = "/run/counted-ping.end";

        private final EndHost host;
        private final HostProcess process;

        private CountedPing(EndHost host, String destination, int perSecond) {
            this.host = host;
            String interval = Double.toString(1.0 / perSecond);
            host.shell(SHORT, "rm -f %s /var/log/%s.log".formatted(END, NAME));
            this.process =
                    host.spawn(
                            NAME,
                            "sh",
                            "-c",
                            "until [ -e %1$s ]; do ping -n -q -c %2$d -i %3$s -W 1 %4$s || true; sleep %3$s; done"
                                    .formatted(END, perSecond, interval, destination));
        }

        /** Blocks, two seconds at most. */
        public Pings end() {
            host.run(SHORT, "touch", END);
            process.awaitEnd(SHORT);
            String log = process.log();
            Matcher counts = PINGS.matcher(log);
            int sent = 0;
            int received = 0;
            while (counts.find()) {
                sent += Integer.parseInt(counts.group(1));
                received += Integer.parseInt(counts.group(2));
            }
            if (sent == 0) {
                throw new LabException("%s: %s".formatted(host.name(), log));
            }
            return new Pings(sent, received);
        }
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
        HostProcess server =
                other.spawn(
                        "iperf3-" + port,
                        "iperf3",
                        "--server",
                        "--one-off",
                        "--forceflush",
                        "--port",
                        Integer.toString(port));
        // A port that listens, seen from outside; a connection would use the one-off server up.
        other.await(SHORT, "grep -q ':%04X .* 0A ' /proc/net/tcp /proc/net/tcp6".formatted(port));
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
}
