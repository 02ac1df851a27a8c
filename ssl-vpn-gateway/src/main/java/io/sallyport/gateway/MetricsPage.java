package io.sallyport.gateway;

import io.sallyport.gateway.datapath.Counters;
import io.sallyport.gateway.listener.AcceptLimits;
import io.sallyport.gateway.metrics.OpenMetricsText;
import io.sallyport.gateway.provisioner.EventQueue;
import io.sallyport.gateway.session.SessionTable;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The text of {@code GET /metrics}.
 *
 * @param dataPath counts of what belongs to no session
 * @param version of the desired state in force
 */
record MetricsPage(
        SessionTable sessions,
        Counts counts,
        AcceptLimits limits,
        EventQueue events,
        Supplier<Map<String, Long>> dataPath,
        LongSupplier version) {
    private static final String PREFIX = "sallyport_gateway_";

    String text() {
        OpenMetricsText text = new OpenMetricsText();
        SessionTable.Count count = sessions.count();
        Counters carried = sessions.carried();
        text.gauges(
                PREFIX + "sessions",
                "Sessions, with a connection (live) and without (away).",
                "state",
                Map.of("live", count.live(), "away", count.away()));
        text.gauge(
                PREFIX + "free_sessions", "For so many more sessions there is room.", count.free());
        text.counters(
                PREFIX + "handshakes", "TLS handshakes.", "parameters", counts.handshakes.counts());
        text.counters(
                PREFIX + "handshake_failures",
                "TLS handshakes that came to nothing.",
                "reason",
                counts.handshakeFailures.counts());
        text.counters(PREFIX + "logins", "Logins answered.", "outcome", counts.logins.counts());
        text.counters(
                PREFIX + "connects", "CONNECTs answered.", "outcome", counts.connects.counts());
        text.counters(
                PREFIX + "prelogin_rejects",
                "Connections closed before they were tunnels.",
                "reason",
                counts.rejects.counts());
        text.gauge(
                PREFIX + "prelogin_connections",
                "Connections that are no tunnel.",
                limits.present());
        text.gauges(
                PREFIX + "prelogin_limit",
                "How many of them there may be.",
                "of",
                Map.of("all", limits.most(), "source", limits.mostOfSource()));
        text.countersBy(PREFIX + "octets", "Octets of packets carried in tunnels.");
        carried(text, "octets", carried, true);
        text.countersBy(PREFIX + "packets", "Packets carried in tunnels.");
        carried(text, "packets", carried, false);
        text.counters(
                PREFIX + "drops",
                "Packets of tunnels that were not carried.",
                "reason",
                drops(carried.drops()));
        text.counters(
                PREFIX + "data_path",
                "Frames, packets and datagrams of the data path as a whole.",
                "kind",
                dataPath.get());
        text.gauge(PREFIX + "events_waiting", "Events not acknowledged yet.", events.waiting());
        text.counter(PREFIX + "events_lost", "Events there was no room for.", events.lost());
        text.gauge(
                PREFIX + "desired_version",
                "Version of the desired state in force.",
                version.getAsLong());
        return text.end();
    }

    private static void carried(OpenMetricsText text, String what, Counters all, boolean octets) {
        one(text, what, "tls", "up", all.tlsUp(), octets);
        one(text, what, "tls", "down", all.tlsDown(), octets);
        one(text, what, "dtls", "up", all.dtlsUp(), octets);
        one(text, what, "dtls", "down", all.dtlsDown(), octets);
    }

    private static void one(
            OpenMetricsText text,
            String what,
            String channel,
            String direction,
            Counters.Carried carried,
            boolean octets) {
        text.count(
                PREFIX + what,
                "channel",
                channel,
                "direction",
                direction,
                octets ? carried.octets() : carried.packets());
    }

    private static Map<String, Long> drops(Counters.Drops drops) {
        Map<String, Long> all = new LinkedHashMap<>();
        all.put("spoofed", drops.spoofed());
        all.put("malformed", drops.malformed());
        all.put("denied", drops.denied());
        all.put("over_limit", drops.overLimit());
        all.put("client_too_slow", drops.clientTooSlow());
        all.put("too_long", drops.tooLong());
        return all;
    }
}
