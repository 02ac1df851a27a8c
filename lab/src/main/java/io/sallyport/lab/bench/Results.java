package io.sallyport.lab.bench;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;

import io.sallyport.lab.LabException;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Rows as a table, and as the file that others read. */
final class Results {
    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .addModule(new Jdk8Module())
                    .defaultPrettyPrinter(
                            new DefaultPrettyPrinter()
                                    .withArrayIndenter(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE))
                    .build();

    private Results() {}

    /** Writes {@code NAME.json}, whole or not at all. */
    static void write(Path directory, String name, List<Row> rows) {
        try {
            Files.createDirectories(directory);
            Path unfinished = directory.resolve(name + ".json.tmp");
            JSON.writerWithDefaultPrettyPrinter().writeValue(unfinished.toFile(), rows);
            Files.move(
                    unfinished,
                    directory.resolve(name + ".json"),
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new LabException("cannot write the results of " + name, e);
        }
    }

    /** As {@link #write}, for some rows of the file; those that it has beside them stay. */
    static void update(Path directory, String name, List<Row> rows) {
        Path file = directory.resolve(name + ".json");
        Map<String, Row> all = new LinkedHashMap<>();
        if (Files.exists(file)) {
            try {
                for (Row row : JSON.readValue(file.toFile(), Row[].class)) {
                    all.put(row.name(), row);
                }
            } catch (IOException e) {
                throw new LabException("the results of " + name, e);
            }
        }
        rows.forEach(row -> all.put(row.name(), row));
        write(directory, name, List.copyOf(all.values()));
    }

    static void print(PrintStream out, List<Row> rows) {
        out.printf(
                "%n%-26s %-8s %12s %12s %8s %7s%n",
                "name", "unit", "ours", "peer", "ratio", "rounds");
        for (Row row : rows) {
            out.printf(
                    "%-26s %-8s %12s %12s %8s %7d%n",
                    row.name(),
                    row.unit(),
                    figure(Optional.of(row.ours())),
                    figure(row.peer()),
                    figure(row.ratio()),
                    row.rounds());
        }
    }

    private static String figure(Optional<Double> value) {
        return value.map(found -> String.format(Locale.ROOT, "%.3f", found)).orElse("-");
    }
}
