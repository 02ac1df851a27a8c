package io.sallyport.lab.bench;

import java.util.List;
import java.util.Set;

/** A benchmark that {@code ./bench} can run by its name. */
interface Benchmark {
    /** Also the name of the result file. */
    String name();

    /** What is measured, against what, and the goal; one line. */
    String description();

    /** Runs it; blocks, minutes. The first rounds, which warm the JVM up, are not in the rows. */
    List<Row> run(Progress progress);

    /** What of it can be run alone; none when it is one thing. */
    default List<String> parts() {
        return List.of();
    }

    /**
     * Runs some of its {@link #parts()}; their rows only.
     *
     * @param parts never empty
     */
    default List<Row> run(Progress progress, Set<String> parts) {
        throw new IllegalArgumentException(name() + " has no parts");
    }

    /** Told in a few words what goes on. */
    @FunctionalInterface
    interface Progress {
        void say(String line);
    }
}
