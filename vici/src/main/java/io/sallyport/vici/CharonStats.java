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
 * @param since when it started, in charon's local time. charon computes it anew each time, and it
 *     wobbles by a second; see {@link #isSameRunAs}
 * @param running how long it runs, as charon prints it, such as {@code 5 minutes}
 * @param idleWorkers threads waiting for work; none left for long means that charon is stuck
 * @param workers all threads
 * @param ikeSas IKE_SAs there are
 * @param halfOpenIkeSas those of them that the peer has not authenticated yet
 * @param plugins in load order
 */
public record CharonStats(
        LocalDateTime since,
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

    /** As charon prints times. */
    private static final DateTimeFormatter CHARON_TIME =
            DateTimeFormatter.ofPattern("MMM dd HH:mm:ss uuuu", Locale.ROOT);

    private static final Duration WOBBLE = Duration.ofSeconds(2);

    /**
     * Whether both are of one charon that was not restarted between them. A restart within two
     * seconds of a start is not seen; it makes a new {@link ViciSession#generation}, though.
     */
    public boolean isSameRunAs(CharonStats other) {
        return Duration.between(since, other.since).abs().compareTo(WOBBLE) <= 0;
    }

    static CharonStats from(ViciMessage message) throws ViciProtocolException {
        MessageReader in = new MessageReader("stats", message);
        return new CharonStats(
                since(in.section("uptime")),
                in.section("uptime").text("running"),
                in.section("workers").number("idle"),
                in.section("workers").number("total"),
                in.section("ikesas").number("total"),
                in.section("ikesas").number("half-open"),
                in.texts("plugins"));
    }

    private static LocalDateTime since(MessageReader uptime) throws ViciProtocolException {
        String text = uptime.text("since");
        try {
            return LocalDateTime.parse(text, CHARON_TIME);
        } catch (DateTimeParseException _) {
            throw new ViciProtocolException(
                    "expected a time like 'Nov 21 22:36:42 2026' in stats, came '" + text + "'");
        }
    }
}
