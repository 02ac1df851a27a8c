package io.sallyport.lab.bench;

import io.sallyport.lab.ConcentratorHost;
import io.sallyport.lab.HostProcess;
import io.sallyport.lab.Lab;
import io.sallyport.lab.LabException;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Brings a charon that was just started to 1,000 connections: the concentrator's loop, which also
 * makes a blackhole route for each of the 2,000 remote networks, against {@code swanctl
 * --load-all}, which makes none. Then passes of the loop that find nothing to do.
 */
final class LoadThousand implements Benchmark {
    private static final int WARM_UP = 12;
    private static final int ROUNDS = 7;
    private static final int NO_OP_WARM_UP = 5;
    private static final int NO_OP_ROUNDS = 21;
    private static final Duration DEADLINE = Duration.ofMinutes(2);
    private static final String SOCKET = "/run/charon/loop.bench";

    @Override
    public String name() {
        return "load-1000";
    }

    @Override
    public String description() {
        return "a fresh charon to 1,000 connections by the loop, against swanctl --load-all; goal:"
                + " ratio at most 1; no-op-1000: a pass with nothing to do, goal: below 200 ms";
    }

    @Override
    public List<Row> run(Progress progress) {
        try (Lab lab = Lab.start(0, progress::say)) {
            ConcentratorHost host = lab.concentrator();
            ThousandTunnels.on(host);
            HostProcess loop = startLoop(host);
            try (SocketChannel channel =
                            SocketChannel.open(
                                    UnixDomainSocketAddress.of(
                                            host.viciSocket().resolveSibling("loop.bench")));
                    BufferedReader in =
                            new BufferedReader(
                                    Channels.newReader(channel, StandardCharsets.US_ASCII));
                    PrintWriter out =
                            new PrintWriter(
                                    Channels.newWriter(channel, StandardCharsets.US_ASCII), true)) {
                Passes passes = new Passes(in, out, loop);
                return measure(host, passes, progress);
            } catch (IOException e) {
                throw new LabException(name() + "\n" + loop.log(), e);
            }
        }
    }

    private List<Row> measure(ConcentratorHost host, Passes passes, Progress progress) {
        host.startCharon();
        Rounds loads =
                Rounds.interleaved(
                        WARM_UP,
                        ROUNDS,
                        () -> {
                            double took = ours(host, passes);
                            passes.ask("end", 0);
                            return took;
                        },
                        () -> swanctl(host),
                        progress);
        ours(host, passes);
        List<Double> idle = new ArrayList<>();
        for (int round = -NO_OP_WARM_UP; round < NO_OP_ROUNDS; round++) {
            double took = passes.ask("again", 0);
            if (round >= 0) {
                idle.add(took);
            }
        }
        return List.of(
                Row.of(name(), "ms", loads),
                Row.of("no-op-1000", "ms", new Rounds(idle, List.of())));
    }

    private static double ours(ConcentratorHost host, Passes passes) {
        restart(host);
        double took = passes.ask("load", ThousandTunnels.COUNT);
        verify(host, 2 * ThousandTunnels.COUNT);
        return took;
    }

    /** Timed on the host itself, so that the way into the container does not count. */
    private static double swanctl(ConcentratorHost host) {
        restart(host);
        String nanoseconds =
                host.shell(
                        DEADLINE,
                        "b=$(date +%s%N); swanctl --load-all --noprompt >/tmp/load;"
                                + " e=$(date +%s%N); echo $((e - b))");
        verify(host, 0);
        return Long.parseLong(nanoseconds.strip()) / 1e6;
    }

    private static void restart(ConcentratorHost host) {
        host.restartCharon();
        host.shell(DEADLINE, "ip route flush type blackhole");
    }

    private static void verify(ConcentratorHost host, int routes) {
        String counts =
                host.shell(
                                DEADLINE,
                                "swanctl --list-conns | grep -c '^tunnel-';"
                                        + " ip route show type blackhole | wc -l")
                        .strip();
        String expected = ThousandTunnels.COUNT + "\n" + routes;
        if (!counts.equals(expected)) {
            throw new LabException(
                    "expected connections and routes %s, found %s".formatted(expected, counts));
        }
    }

    private static HostProcess startLoop(ConcentratorHost host) {
        host.shell(DEADLINE, "rm -f " + SOCKET);
        HostProcess loop =
                host.spawn(
                        "loop",
                        ConcentratorHost.JAVA,
                        "-XX:+UseSerialGC",
                        "-Xmx256m",
                        "-cp",
                        ConcentratorHost.LAB_JARS + "/*",
                        LoopOnHost.class.getName(),
                        ThousandTunnels.CONCENTRATOR.toString(),
                        ThousandTunnels.STATE,
                        ConcentratorHost.VICI_SOCKET,
                        SOCKET);
        host.await(DEADLINE, "[ -S " + SOCKET + " ]");
        return loop;
    }

    /** Asks {@link LoopOnHost}. */
    private record Passes(BufferedReader in, PrintWriter out, HostProcess loop) {
        /** Milliseconds of one pass that did at least so many things; at most none when 0. */
        double ask(String word, int actions) {
            out.println(word);
            try {
                String answer = in.readLine();
                if (answer == null || answer.startsWith("failed")) {
                    throw new LabException(word + ": " + answer + "\n" + loop.log());
                }
                String[] figures = answer.split(" ", -1);
                int done = Integer.parseInt(figures[1]);
                if (actions == 0 ? done != 0 : done < actions) {
                    throw new LabException(word + ": unexpected pass " + answer);
                }
                return Double.parseDouble(figures[0]);
            } catch (IOException e) {
                throw new LabException(word + "\n" + loop.log(), e);
            }
        }
    }
}
