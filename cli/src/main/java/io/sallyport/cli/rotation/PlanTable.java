package io.sallyport.cli.rotation;

import io.sallyport.cli.api.Document;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The plan of a rotation as a table. What a plan says differs with the kind of rotation: its own
 * words are the headings, and an entry with targets becomes a row for each.
 */
record PlanTable(List<String> headings, List<List<String>> rows) {
    PlanTable {
        headings = List.copyOf(headings);
        rows = List.copyOf(rows);
    }

    static PlanTable of(List<Document> plan) {
        List<Map<String, String>> entries = new ArrayList<>();
        for (Document entry : plan) {
            List<Document> targets = entry.optionalList("targets");
            if (targets.isEmpty()) {
                entries.add(entry.scalars());
            }
            for (Document target : targets) {
                Map<String, String> row = new LinkedHashMap<>(entry.scalars());
                row.putAll(target.scalars());
                entries.add(row);
            }
        }
        Set<String> names = new LinkedHashSet<>();
        entries.forEach(entry -> names.addAll(entry.keySet()));
        return new PlanTable(
                names.stream().map(PlanTable::heading).toList(),
                entries.stream()
                        .map(
                                entry ->
                                        names.stream()
                                                .map(name -> entry.getOrDefault(name, ""))
                                                .toList())
                        .toList());
    }

    private static String heading(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1 $2").toUpperCase(Locale.ROOT);
    }
}
