package io.sallyport.lab.bench;

import io.sallyport.lab.EndHost;
import io.sallyport.lab.LabException;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** The median round-trip time of echo requests. */
public final class RoundTrip {
    private static final Pattern TIME = Pattern.compile("time=([\\d.]+) ms");
    private static final int COUNT = 100;

    private RoundTrip() {}

    /** Microseconds, of 100 in a second; throws when many replies are missing. Blocks. */
    public static double measure(EndHost from, String to) {
        String output =
                from.tryRun(
                                Duration.ofSeconds(20),
                                "ping",
                                "-n",
                                "-c",
                                Integer.toString(COUNT),
                                "-i",
                                "0.01",
                                to)
                        .out();
        List<Double> times =
                TIME.matcher(output)
                        .results()
                        .map(found -> Double.parseDouble(found.group(1)) * 1000)
                        .toList();
        // A busy machine loses some.
        if (times.size() < COUNT * 9 / 10) {
            throw new LabException("ping " + to + ": " + output);
        }
        return Rounds.median(times);
    }
}
