package io.sallyport.gateway.datapath;

/**
 * What is due for a tunnel by time alone: dead peer detection, keepalives, the idle timeout, and
 * the way back from a UDP path that went silent. Knows no socket; belongs to the thread that sweeps
 * over all tunnels.
 *
 * <p>A channel that is silent for the DPD interval is probed, several times, because datagrams get
 * lost; after twice the interval it is dead. That alone would leave a client on a dead UDP path for
 * minutes. So packets sent over UDP that nobody answers are followed by probes too, and packets
 * travel on TLS when those stay unanswered ({@link #SILENT_NANOS}), until UDP is heard again.
 */
final class Liveness {
    private static final long SECOND = 1_000_000_000L;

    /** Unanswered packets over UDP are followed by a probe after this. */
    static final long SUSPECT_NANOS = 2 * SECOND;

    /** And packets travel on TLS after this. */
    static final long SILENT_NANOS = 7 * SECOND;

    private static final long LEAST_PROBE_INTERVAL = SECOND;

    /** What to do now. */
    enum Due {
        NOTHING,
        PROBE,
        KEEPALIVE,
        /** Use TLS for a while. */
        SUSPEND,
        DEAD
    }

    private final long dpd;
    private final long keepalive;
    private final long idle;
    private long tlsProbedAt = Long.MIN_VALUE;
    private long dtlsProbedAt = Long.MIN_VALUE;
    private long unansweredSince = Long.MIN_VALUE;

    Liveness(TunnelSpec spec) {
        dpd = spec.dpd().toNanos();
        keepalive = spec.keepalive().toNanos();
        idle = spec.idle().toNanos();
    }

    /**
     * @param packetAt when the last packet was carried
     */
    boolean isIdle(long packetAt, long now) {
        return idle > 0 && now - packetAt >= idle;
    }

    Due tls(long receivedAt, long sentAt, long now) {
        long silence = now - receivedAt;
        if (dpd > 0 && silence >= 2 * dpd) {
            return Due.DEAD;
        }
        if (dpd > 0 && silence >= dpd && isProbeDue(tlsProbedAt, now, dpd / 4)) {
            tlsProbedAt = now;
            return Due.PROBE;
        }
        return keepalive > 0 && now - sentAt >= keepalive ? Due.KEEPALIVE : Due.NOTHING;
    }

    /**
     * @param packetSentAt when a packet was last sent on this channel
     * @param carrying whether packets travel on it
     */
    Due dtls(long receivedAt, long sentAt, long packetSentAt, boolean carrying, long now) {
        long silence = now - receivedAt;
        if (dpd > 0 && silence >= 2 * dpd) {
            return Due.DEAD;
        }
        if (packetSentAt - receivedAt <= 0) {
            unansweredSince = Long.MIN_VALUE;
        } else if (unansweredSince == Long.MIN_VALUE || unansweredSince - receivedAt < 0) {
            unansweredSince = packetSentAt;
        }
        boolean unanswered = carrying && unansweredSince != Long.MIN_VALUE;
        if (unanswered && now - unansweredSince >= SILENT_NANOS) {
            return Due.SUSPEND;
        }
        boolean suspect = unanswered && now - unansweredSince >= SUSPECT_NANOS;
        boolean probing = suspect || (dpd > 0 && silence >= dpd);
        if (probing && isProbeDue(dtlsProbedAt, now, suspect ? 0 : dpd / 4)) {
            dtlsProbedAt = now;
            return Due.PROBE;
        }
        return keepalive > 0 && now - sentAt >= keepalive ? Due.KEEPALIVE : Due.NOTHING;
    }

    private static boolean isProbeDue(long probedAt, long now, long interval) {
        return probedAt == Long.MIN_VALUE
                || now - probedAt >= Math.max(interval, LEAST_PROBE_INTERVAL);
    }
}
