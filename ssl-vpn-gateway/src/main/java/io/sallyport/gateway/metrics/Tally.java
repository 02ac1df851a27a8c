package io.sallyport.gateway.metrics;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts by a reason. Reasons come from our code, never from the network, so that there are few.
 * Thread-safe.
 */
public final class Tally {
    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

    /** One more. */
    public void count(Enum<?> reason) {
        count(reason.name().toLowerCase(Locale.ROOT));
    }

    /** One more. */
    public void count(String reason) {
        counts.computeIfAbsent(reason, _ -> new LongAdder()).increment();
    }

    /** How many of each, by reason. */
    public Map<String, Long> counts() {
        Map<String, Long> all = new TreeMap<>();
        counts.forEach((reason, count) -> all.put(reason, count.sum()));
        return all;
    }
}
