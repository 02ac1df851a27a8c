package io.sallyport.cli.terminal;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Lines, fields and tables for people. Each text is made printable as it comes in. One thread. */
public final class Sheet {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss'Z'").withZone(ZoneOffset.UTC);
    private static final String GAP = "  ";

    private final StringBuilder text = new StringBuilder();
    private final List<List<String>> fields = new ArrayList<>();

    /** A line of its own. */
    public Sheet line(String line) {
        endFields();
        text.append(Printable.line(line)).append('\n');
        return this;
    }

    /** An empty line. */
    public Sheet gap() {
        return line("");
    }

    /** A named value; those that follow one another are aligned. */
    public Sheet field(String name, String value) {
        fields.add(List.of(Printable.line(name) + ":", Printable.line(value)));
        return this;
    }

    /** As {@link #field(String, String)}; nothing if there is no value. */
    public Sheet field(String name, Optional<String> value) {
        value.ifPresent(present -> field(name, present));
        return this;
    }

    /** A table under these headings. */
    public Sheet table(List<String> headings, List<List<String>> rows) {
        endFields();
        List<List<String>> lines = new ArrayList<>();
        lines.add(headings);
        for (List<String> row : rows) {
            lines.add(row.stream().map(Printable::line).toList());
        }
        align(lines);
        return this;
    }

    /** A time as it is shown everywhere: UTC, to the second. */
    public static String time(Instant instant) {
        return TIME.format(instant);
    }

    /** As {@link #time(Instant)}; a hyphen if there is none. */
    public static String time(Optional<Instant> instant) {
        return instant.map(Sheet::time).orElse("-");
    }

    private void endFields() {
        if (!fields.isEmpty()) {
            align(List.copyOf(fields));
            fields.clear();
        }
    }

    private void align(List<List<String>> lines) {
        int columns = lines.stream().mapToInt(List::size).max().orElse(0);
        int[] widths = new int[columns];
        for (List<String> line : lines) {
            for (int column = 0; column < line.size(); column++) {
                widths[column] = Math.max(widths[column], width(line.get(column)));
            }
        }
        for (List<String> line : lines) {
            var row = new StringBuilder();
            for (int column = 0; column < line.size(); column++) {
                String cell = line.get(column);
                row.append(cell);
                if (column < line.size() - 1) {
                    row.repeat(' ', widths[column] - width(cell)).append(GAP);
                }
            }
            text.append(row.toString().stripTrailing()).append('\n');
        }
    }

    private static int width(String cell) {
        return cell.codePointCount(0, cell.length());
    }

    /** All of it, with an end of line behind each line. */
    @Override
    public String toString() {
        endFields();
        return text.toString();
    }
}
