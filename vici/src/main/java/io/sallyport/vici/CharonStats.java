package io.sallyport.vici;

import java.util.List;

/**
 * How charon is doing.
 *
 * @param since when it started, as charon prints local time, such as {@code Nov 21 22:36:42 2026};
 *     another value means another charon
 * @param running how long it runs, as charon prints it, such as {@code 5 minutes}
 * @param idleWorkers threads waiting for work; none left for long means that charon is stuck
 * @param workers all threads
 * @param ikeSas IKE_SAs there are
 * @param halfOpenIkeSas those of them that the peer has not authenticated yet
 * @param plugins in load order
 */
public record CharonStats(
        String since,
        String running,
        long idleWorkers,
        long workers,
        long ikeSas,
        long halfOpenIkeSas,
        List<String> plugins) {

    /** Copies the list. */
    public CharonStats {
        plugins = List.copyOf(plugins);
    }

    static CharonStats from(ViciMessage message) throws ViciProtocolException {
        MessageReader in = new MessageReader("stats", message);
        return new CharonStats(
                in.section("uptime").text("since"),
                in.section("uptime").text("running"),
                in.section("workers").number("idle"),
                in.section("workers").number("total"),
                in.section("ikesas").number("total"),
                in.section("ikesas").number("half-open"),
                in.texts("plugins"));
    }
}
