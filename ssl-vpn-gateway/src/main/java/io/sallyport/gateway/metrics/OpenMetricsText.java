package io.sallyport.gateway.metrics;

import java.util.Map;

/** Writes the OpenMetrics text format, version 1.0.0. Owned by one thread. */
public final class OpenMetricsText {
    /** The Content-Type of what this writes. */
    public static final String CONTENT_TYPE =
            "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private final StringBuilder text = new StringBuilder(4096);

    /** A value that goes up and down. */
    public OpenMetricsText gauge(String name, String help, long value) {
        return family(name, "gauge", help).sample(name, "", value);
    }

    /** Values that go up and down, by a label. */
    public OpenMetricsText gauges(
            String name, String help, String label, Map<String, ? extends Number> values) {
        family(name, "gauge", help);
        values.forEach((key, value) -> sample(name, label(label, key), value.longValue()));
        return this;
    }

    /** A count that only grows; the name is without "_total". */
    public OpenMetricsText counter(String name, String help, long value) {
        return family(name, "counter", help).sample(name + "_total", "", value);
    }

    /** Counts that only grow, by a label; the name is without "_total". */
    public OpenMetricsText counters(
            String name, String help, String label, Map<String, ? extends Number> values) {
        family(name, "counter", help);
        values.forEach(
                (key, value) -> sample(name + "_total", label(label, key), value.longValue()));
        return this;
    }

    /** Begins counts by two labels; {@link #count} adds them. */
    public OpenMetricsText countersBy(String name, String help) {
        return family(name, "counter", help);
    }

    /** Adds one of {@link #countersBy}. */
    public OpenMetricsText count(
            String name, String label, String key, String label2, String key2, long value) {
        return sample(name + "_total", label(label, key) + "," + label(label2, key2), value);
    }

    /** All of it, with the end marker. */
    public String end() {
        return text.append("# EOF\n").toString();
    }

    private OpenMetricsText family(String name, String type, String help) {
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        return this;
    }

    private OpenMetricsText sample(String name, String labels, long value) {
        text.append(name);
        if (!labels.isEmpty()) {
            text.append('{').append(labels).append('}');
        }
        text.append(' ').append(value).append('\n');
        return this;
    }

    private static String label(String name, String value) {
        return "%s=\"%s\""
                .formatted(
                        name,
                        value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"));
    }
}
