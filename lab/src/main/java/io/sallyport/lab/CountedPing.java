package io.sallyport.lab;

import io.sallyport.lab.HostProcess.Signal;

import java.time.Duration;

/** A ping that goes on for as long as something takes that others do meanwhile. */
public final class CountedPing {
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final String NAME = "counted-ping";
    private static final String SEQUENCE = "s/.*icmp_seq=\\([0-9]*\\) ttl=.*/\\1/p";

    private final EndHost host;
    private final HostProcess process;
    private final int perSecond;

    CountedPing(EndHost host, String destination, int perSecond) {
        this.host = host;
        this.perSecond = perSecond;
        host.run(DEADLINE, "rm", "-f", "/var/log/%s.log".formatted(NAME));
        this.process =
                host.spawn(NAME, "ping", "-n", "-i", Double.toString(1.0 / perSecond), destination);
    }

    /**
     * Counts what was sent until now and in the second after it, and lets a second more pass, so
     * that none of these is on its way. Throws when nothing is answered any more.
     */
    public Pings end() {
        String newest = "tail -n 1 %s | sed -n '%s'".formatted(process.logFile(), SEQUENCE);
        host.await(DEADLINE, "[ \"$(%s)\" -gt 0 ]".formatted(newest));
        int until = Pings.newest(process.log()) + perSecond;
        host.await(DEADLINE, "[ \"$(%s)\" -ge %d ]".formatted(newest, until + perSecond));
        process.signal(Signal.INT);
        process.awaitEnd(DEADLINE);
        return Pings.of(process.log(), until);
    }
}
