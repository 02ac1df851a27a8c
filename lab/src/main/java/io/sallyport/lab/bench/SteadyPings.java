package io.sallyport.lab.bench;

import io.sallyport.lab.HostProcess;
import io.sallyport.lab.LabException;
import io.sallyport.lab.LanHost;

import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host that pings many others, each once a second, until it is told to stop. A reply that takes
 * longer than 950 ms is lost.
 */
final class SteadyPings {
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final String STOP = "/run/steady-pings.stop";
    private static final Pattern TOTAL = Pattern.compile("xmt/rcv/%loss = (\\d+)/(\\d+)/");

    private final LanHost host;
    private final HostProcess process;

    private SteadyPings(LanHost host, HostProcess process) {
        this.host = host;
        this.process = process;
    }

    /**
     * What was sent in all, and what came back.
     *
     * @param log a line for each destination and every ten seconds
     */
    record Count(long sent, long received, String log) {
        long lost() {
            return sent - received;
        }
    }

    static SteadyPings begin(LanHost host, List<String> destinations) {
        host.shell(DEADLINE, "rm -f %s /var/log/steady-pings.log".formatted(STOP));
        // A count for every ten seconds, so that no ping is under way when it ends.
        String loop =
                "until [ -e %s ]; do fping -q -c 10 -p 1000 -t 950 -i 5 %s || true; done"
                        .formatted(STOP, String.join(" ", destinations));
        return new SteadyPings(host, host.spawn("steady-pings", "sh", "-c", loop));
    }

    /** Blocks, ten seconds at most. */
    Count end() {
        host.shell(DEADLINE, "touch " + STOP);
        process.awaitEnd(DEADLINE);
        String log = process.log();
        Matcher lines = TOTAL.matcher(log);
        long sent = 0;
        long received = 0;
        while (lines.find()) {
            sent += Long.parseLong(lines.group(1));
            received += Long.parseLong(lines.group(2));
        }
        if (sent == 0) {
            throw new LabException("fping: " + log);
        }
        return new Count(sent, received, log);
    }
}
