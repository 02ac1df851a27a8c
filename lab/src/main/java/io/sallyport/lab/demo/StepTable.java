package io.sallyport.lab.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The demo's steps: each is said when it begins, timed, and listed at the end. One thread. */
final class StepTable {
    private final PrintStream out;
    private final List<Row> rows = new ArrayList<>();

    StepTable(PrintStream out) {
        this.out = out;
    }

    /**
     * What a step does. It returns what was seen, in a few words, and throws when that is not what
     * it has to be.
     */
    @FunctionalInterface
    interface Step {
        String run();
    }

    private record Row(String name, Duration time, String seen, boolean verified) {}

    void step(String name, Step step) {
        out.printf("   %s ...%n", name);
        long begun = System.nanoTime();
        boolean verified = false;
        String seen = "failed";
        try {
            seen = step.run();
            verified = true;
        } finally {
            add(name, Duration.ofNanos(System.nanoTime() - begun), seen, verified);
        }
    }

    /** Enters a step that somebody else has done and timed. */
    void add(String name, Duration time, String seen, boolean verified) {
        rows.add(new Row(name, time, seen, verified));
        out.printf("%s %s: %s (%s)%n", verified ? "ok" : "!!", name, seen, seconds(time));
    }

    void print() {
        int width = rows.stream().mapToInt(row -> row.name().length()).max().orElse(0);
        out.println();
        int number = 0;
        for (Row row : rows) {
            number++;
            out.printf(
                    "%2d  %-" + width + "s  %9s  %-6s  %s%n",
                    number,
                    row.name(),
                    seconds(row.time()),
                    row.verified() ? "ok" : "FAILED",
                    row.seen());
        }
        Duration total = rows.stream().map(Row::time).reduce(Duration.ZERO, Duration::plus);
        out.printf("    %-" + width + "s  %9s%n", "all", seconds(total));
    }

    static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.2f s", time.toMillis() / 1000.0);
    }
}
