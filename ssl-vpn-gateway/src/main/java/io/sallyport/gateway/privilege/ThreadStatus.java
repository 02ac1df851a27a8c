package io.sallyport.gateway.privilege;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What the kernel says that a thread may do (proc_pid_status(5)). */
final class ThreadStatus {
    private static final Path TASKS = Path.of("/proc/self/task");

    private final Map<String, String> fields;

    private ThreadStatus(Map<String, String> fields) {
        this.fields = fields;
    }

    /** All threads of this process, Java's and the machine's own. */
    static List<ThreadStatus> all() throws IOException {
        List<Path> threads;
        try (Stream<Path> tasks = Files.list(TASKS)) {
            threads = tasks.toList();
        }
        List<ThreadStatus> all = new ArrayList<>();
        for (Path thread : threads) {
            try {
                all.add(
                        parse(
                                Files.readAllLines(
                                        thread.resolve("status"), StandardCharsets.ISO_8859_1)));
            } catch (NoSuchFileException _) {
                // the thread has ended meanwhile
            }
        }
        return all;
    }

    static ThreadStatus parse(List<String> lines) {
        Map<String, String> fields = new TreeMap<>();
        for (String line : lines) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        }
        return new ThreadStatus(fields);
    }

    /** What this thread has that it should not have; empty if it has nothing. */
    List<String> excess(SystemUser user, boolean mayNotGain) {
        List<String> found = new ArrayList<>();
        expect(found, "Uid", "%1$d\t%1$d\t%1$d\t%1$d".formatted(user.uid()));
        expect(found, "Gid", "%1$d\t%1$d\t%1$d\t%1$d".formatted(user.gid()));
        expect(found, "Groups", "");
        for (String set : List.of("CapInh", "CapPrm", "CapEff", "CapAmb")) {
            expect(found, set, "0000000000000000");
        }
        if (mayNotGain) {
            expect(found, "NoNewPrivs", "1");
        }
        return found;
    }

    private void expect(List<String> found, String field, String wanted) {
        String is = fields.getOrDefault(field, "(not there)");
        if (!is.equals(wanted)) {
            found.add("%s is %s".formatted(field, is.replace('\t', ' ')));
        }
    }
}
