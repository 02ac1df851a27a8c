package io.sallyport.lab;

import java.time.Duration;
import java.util.List;

/** A recording of the packets that arrive at a host, by tcpdump; each packet is in it once. */
public final class Capture implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private final TestHost host;
    private final HostProcess tcpdump;
    private final String file;
    private int markers;

    private Capture(TestHost host, HostProcess tcpdump, String file) {
        this.host = host;
        this.tcpdump = tcpdump;
        this.file = file;
    }

    static Capture begin(TestHost host, String name) {
        String file = "/var/tmp/" + name + ".pcap";
        HostProcess tcpdump =
                host.spawn(
                        name,
                        // Only arriving packets: a forwarded one would count twice. Headers are
                        // enough.
                        "tcpdump",
                        "-i",
                        "any",
                        "-Q",
                        "in",
                        "-n",
                        "-s",
                        "128",
                        "-U",
                        "--immediate-mode",
                        "-Z",
                        "root",
                        "-w",
                        file);
        host.await(DEADLINE, "grep -q 'listening on' " + tcpdump.logFile());
        return new Capture(host, tcpdump, file);
    }

    /**
     * The number of packets so far that match a filter in pcap's language. Everything that arrived
     * before this call is counted: a packet of our own is sent after it, and waited for.
     */
    public int packets(String filter) {
        markers++;
        host.run(DEADLINE, "ping", "-n", "-q", "-c", "1", "127.0.0.1");
        // Request and reply both arrive on the loopback.
        host.await(
                DEADLINE,
                "[ $("
                        + count("icmp[icmptype] == icmp-echo and host 127.0.0.1")
                        + ") -ge "
                        + markers
                        + " ]");
        return Integer.parseInt(host.shell(DEADLINE, count(filter)).strip());
    }

    /** The packets that match, one a line, as tcpdump prints them. */
    public String list(String filter) {
        return host.run(DEADLINE, "tcpdump", "-n", "-r", file, filter);
    }

    /**
     * Waits until so many packets match.
     *
     * @return when each that matches came, in seconds of the epoch
     */
    public List<Double> awaitTimes(String filter, int atLeast) {
        host.await(DEADLINE, "[ $(" + count(filter) + ") -ge " + atLeast + " ]");
        return host.run(DEADLINE, "tcpdump", "-n", "-tt", "-r", file, filter)
                .lines()
                .map(line -> Double.valueOf(line.substring(0, line.indexOf(' '))))
                .toList();
    }

    private String count(String filter) {
        return "tcpdump -n -r " + file + " '" + filter + "' 2>/dev/null | wc -l";
    }

    @Override
    public void close() {
        tcpdump.end(DEADLINE);
        host.run(DEADLINE, "rm", "-f", file);
    }
}
