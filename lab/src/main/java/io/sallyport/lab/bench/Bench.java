package io.sallyport.lab.bench;

import io.sallyport.lab.Lab;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs benchmarks by name; {@code ./bench} does the set-up and calls it. */
public final class Bench {
    private static final List<Benchmark> ALL =
            List.of(new OrderToEstablished(), new LoadThousand(), new ListSas());

    private Bench() {}

    /**
     * Exits with 0 when all the benchmarks asked for have run.
     *
     * @param names of benchmarks, or {@code all}; none lists what there is
     */
    public static void main(String[] names) {
        System.exit(run(List.of(names), System.out));
    }

    private static int run(List<String> names, PrintStream out) {
        if (names.isEmpty()) {
            ALL.forEach(found -> out.printf("%-24s %s%n", found.name(), found.description()));
            return 0;
        }
        List<Benchmark> chosen = new ArrayList<>();
        List<String> wanted =
                names.equals(List.of("all")) ? ALL.stream().map(Benchmark::name).toList() : names;
        for (String name : wanted) {
            Optional<Benchmark> found =
                    ALL.stream().filter(each -> each.name().equals(name)).findFirst();
            if (found.isEmpty()) {
                out.println("no benchmark is called " + name + "; ./bench lists them");
                return 2;
            }
            chosen.add(found.get());
        }
        Path results = Lab.repository().resolve("bench-results");
        List<Row> all = new ArrayList<>();
        for (Benchmark benchmark : chosen) {
            out.println(benchmark.name() + ": " + benchmark.description());
            List<Row> rows = benchmark.run(line -> out.println("   " + line));
            Results.write(results, benchmark.name(), rows);
            all.addAll(rows);
        }
        Results.print(out, all);
        return 0;
    }
}
