package io.sallyport.vici;

import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;

/**
 * How charon is doing.
 *
 * @param since when it started, as charon prints it in its local time, such as {@code Nov 21
 *     22:36:42 2026}. charon computes it anew each time, and it wobbles by a second: compare by
 *     {@link #isSameRunAs}
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

    /** As charon prints times. */
    private static final DateTimeFormatter CHARON_TIME =
            DateTimeFormatter.ofPattern("MMM dd HH:mm:ss uuuu", Locale.ENGLISH);

    private static final Duration WOBBLE = Duration.ofSeconds(2);

    /** Copies the list. */
    public CharonStats {
        plugins = List.copyOf(plugins);
    }

    /**
     * Whether both are of one charon that was not restarted between them. A restart within two
     * seconds of a start is not seen; it makes a new {@link ViciSession#generation}, though. A step
     * of charon's clock looks like a restart.
     */
    public boolean isSameRunAs(CharonStats other) {
        try {
            return Duration.between(start(), other.start()).abs().compareTo(WOBBLE) <= 0;
        } catch (DateTimeParseException _) {
            return since.equals(other.since);
        }
    }

    private LocalDateTime start() {
        return LocalDateTime.parse(since, CHARON_TIME);
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
