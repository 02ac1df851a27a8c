package io.sallyport.provisioner.preference;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The preference "wait" of a Prefer header (RFC 7240 section 4.3). */
public final class WaitPreference {
    private static final Duration AT_MOST = Duration.ofSeconds(30);
    private static final Pattern WAIT =
            Pattern.compile("(?:^|[,;])\\s*wait\\s*=\\s*\"?([0-9]{1,9})\"?\\s*(?=$|[,;])");

    private WaitPreference() {}

    /** How long the caller wants to wait, cut to what we are willing to; empty if not at all. */
    public static Optional<Duration> parse(String header) {
        Matcher matcher = WAIT.matcher(header);
        if (!matcher.find()) {
            // RFC 7240 section 2: a preference that is not understood is ignored.
            return Optional.empty();
        }
        Duration wanted = Duration.ofSeconds(Long.parseLong(matcher.group(1)));
        return Optional.of(wanted.compareTo(AT_MOST) > 0 ? AT_MOST : wanted);
    }
}
