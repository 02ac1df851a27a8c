package io.sallyport.concentrator.observe;

import io.sallyport.wire.IpAddress;

import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line that {@code fping -l} prints for a probe (fping 5.1: {@code 10.1.1.1 : [7], 64 bytes, 0.45
 * ms (0.41 avg, 0% loss)}).
 */
sealed interface FpingLine {
    /** A reply came. */
    record Reply(IpAddress from, Duration roundTrip) implements FpingLine {}

    /** None came in time. */
    record Silence(IpAddress of) implements FpingLine {}

    /** Longer lines are none of fping's. */
    int MAX_LENGTH = 200;

    /** Where the groups of {@link #SYNTAX} are. */
    Pattern SYNTAX =
            Pattern.compile(
                    "(?<address>[0-9a-fA-F:.]{2,45}) *: \\[[0-9]{1,10}\\],"
                            + " (?:[0-9]{1,5} bytes, (?<millis>[0-9]{1,9}(?:\\.[0-9]{1,6})?) ms"
                            + "|timed out)"
                            + " \\((?:[0-9.]{1,12}|-?NaN|-?nan) avg, [0-9]{1,3}% loss\\)");

    /**
     * Parses a whole line.
     *
     * @throws IOException if it is not such a line
     */
    static FpingLine parse(String line) throws IOException {
        Matcher matcher = SYNTAX.matcher(line);
        if (line.length() > MAX_LENGTH || !matcher.matches()) {
            throw new IOException("expected a line of fping -l");
        }
        IpAddress address;
        try {
            address = IpAddress.parse(matcher.group("address"));
        } catch (IllegalArgumentException e) {
            throw new IOException("expected a line of fping -l", e);
        }
        String millis = matcher.group("millis");
        return millis == null
                ? new Silence(address)
                : new Reply(
                        address,
                        Duration.ofNanos(new BigDecimal(millis).movePointRight(6).longValue()));
    }
}
