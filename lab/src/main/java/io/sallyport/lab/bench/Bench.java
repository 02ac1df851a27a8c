package io.sallyport.lab.bench;

import io.sallyport.lab.Lab;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Runs benchmarks by name; {@code ./bench} does the set-up and calls it. */
public final class Bench {
    private static final List<Benchmark> ALL =
            List.of(
                    new OrderToEstablished(),
                    new LoadThousand(),
                    new ListSas(),
                    new RotateHundred(),
                    new GatewayBench(),
                    new GatewayConditions(),
                    new GatewayLoad(),
                    new Issuing(),
                    new OcspAnswers());

    private Bench() {}

    /**
     * Exits with 0 when all the benchmarks asked for have run.
     *
     * @param names of benchmarks, or {@code all}; none lists what there is. {@code NAME:PART} runs
     *     a part of one, and leaves the rows of the others in its result file as they were
     */
    public static void main(String[] names) {
        System.exit(run(List.of(names), System.out));
    }

    private static int run(List<String> names, PrintStream out) {
        if (names.isEmpty()) {
            ALL.forEach(found -> list(found, out));
            return 0;
        }
        Map<Benchmark, Set<String>> chosen = new LinkedHashMap<>();
        List<String> wanted =
                names.equals(List.of("all")) ? ALL.stream().map(Benchmark::name).toList() : names;
        for (String name : wanted) {
            String[] parts = name.split(":", 2);
            Optional<Benchmark> found =
                    ALL.stream()
                            .filter(each -> each.name().equals(parts[0]))
                            .filter(each -> parts.length == 1 || each.parts().contains(parts[1]))
                            .findFirst();
            if (found.isEmpty()) {
                out.println("no benchmark is called " + name + "; ./bench lists them");
                return 2;
            }
            chosen.computeIfAbsent(found.get(), _ -> new LinkedHashSet<>())
                    .addAll(parts.length == 1 ? found.get().parts() : List.of(parts[1]));
        }
        Path results = Lab.repository().resolve("bench-results");
        List<Row> all = new ArrayList<>();
        chosen.forEach(
                (benchmark, parts) -> {
                    out.println(benchmark.name() + ": " + benchmark.description());
                    Benchmark.Progress progress = line -> out.println("   " + line);
                    List<Row> rows;
                    if (parts.containsAll(benchmark.parts())) {
                        rows = benchmark.run(progress);
                        Results.write(results, benchmark.name(), rows);
                    } else {
                        rows = benchmark.run(progress, parts);
                        Results.update(results, benchmark.name(), rows);
                    }
                    all.addAll(rows);
                });
        Results.print(out, all);
        return 0;
    }

    private static void list(Benchmark benchmark, PrintStream out) {
        out.printf("%-24s %s%n", benchmark.name(), benchmark.description());
        if (!benchmark.parts().isEmpty()) {
            out.printf(
                    "%-24s parts, as in %s:%s: %s%n",
                    "",
                    benchmark.name(),
                    benchmark.parts().getFirst(),
                    String.join(" ", benchmark.parts()));
        }
    }
}
