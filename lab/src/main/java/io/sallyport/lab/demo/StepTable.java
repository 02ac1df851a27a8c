package io.sallyport.lab.demo;

import io.sallyport.lab.LabException;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The demo's steps: each is said when it begins, timed, and listed at the end. One thread, but for
 * what a step that goes on beside others does.
 */
final class StepTable {
    private final PrintStream out;
    private final List<Row> rows = new ArrayList<>();
    private final long created = System.nanoTime();
    private Duration before = Duration.ZERO;

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
            enter(name, Duration.ofNanos(System.nanoTime() - begun), seen, verified);
        }
    }

    /** Begins a step that goes on beside those that follow, until it is joined. */
    Beside beside(String name, Step step) {
        out.printf("   %s, beside what follows ...%n", name);
        return new Beside(name, step);
    }

    /** A step on a thread of its own. */
    final class Beside implements AutoCloseable {
        private final String name;
        private final ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor();
        private final Future<String> seen;
        private volatile Duration time = Duration.ZERO;

        private Beside(String name, Step step) {
            this.name = name;
            long begun = System.nanoTime();
            this.seen =
                    thread.submit(
                            () -> {
                                try {
                                    return step.run();
                                } finally {
                                    time = Duration.ofNanos(System.nanoTime() - begun);
                                }
                            });
        }

        /** Waits until it is over and lists it here; throws what it threw. */
        @Override
        public void close() {
            try (thread) {
                String words = seen.get();
                enter(name, time, "beside the steps above: " + words, true);
            } catch (ExecutionException e) {
                enter(name, time, "failed", false);
                throw new LabException(name, e.getCause());
            } catch (InterruptedException e) {
                throw LabException.interrupted(name, e);
            }
        }
    }

    /** Enters a step that was done and timed before there was this table. */
    void add(String name, Duration time, String seen, boolean verified) {
        before = before.plus(time);
        enter(name, time, seen, verified);
    }

    private void enter(String name, Duration time, String seen, boolean verified) {
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
        Duration total = before.plusNanos(System.nanoTime() - created);
        out.printf("    %-" + width + "s  %9s%n", "all", seconds(total));
    }

    static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.2f s", time.toMillis() / 1000.0);
    }
}
