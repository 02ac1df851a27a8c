package io.sallyport.lab.bench;

import java.util.List;

/** A benchmark that {@code ./bench} can run by its name. */
interface Benchmark {
    /** Also the name of the result file. */
    String name();

    /** What is measured, against what, and the goal; one line. */
    String description();

    /** Runs it; blocks, minutes. The first rounds, which warm the JVM up, are not in the rows. */
    List<Row> run(Progress progress);

    /** Told in a few words what goes on. */
    @FunctionalInterface
    interface Progress {
        void say(String line);
    }
}
