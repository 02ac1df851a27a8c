package io.sallyport.lab.bench;

import io.sallyport.lab.LabException;
import io.sallyport.lab.TestHost;
import io.sallyport.lab.product.ProvisionerProcess;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A server's process and all that it started: what they used so far. A server of one process and
 * one that has a process for each session are asked in the same way.
 */
final class ServerProcesses {
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    /** USER_HZ, in which /proc counts time (proc(5)). */
    private static final double TICKS_PER_SECOND = 100;

    private final UnaryOperator<String> shell;
    private final List<String> pidFiles;

    private ServerProcesses(UnaryOperator<String> shell, List<String> pidFiles) {
        this.shell = shell;
        this.pidFiles = pidFiles;
    }

    /**
     * @param pidFile of the process that started the others
     */
    static ServerProcesses on(TestHost host, String pidFile) {
        return new ServerProcesses(command -> host.shell(DEADLINE, command), List.of(pidFile));
    }

    /** The provisioner's, and its database's. */
    static ServerProcesses of(ProvisionerProcess provisioner) {
        return here(
                List.of(
                        provisioner.pidFile(),
                        provisioner.data().resolve("postgresql/postmaster.pid")));
    }

    /**
     * Processes of this machine.
     *
     * @param pidFiles of those that started the others; a number in the first line, as PostgreSQL
     *     writes it
     */
    static ServerProcesses here(List<Path> pidFiles) {
        return new ServerProcesses(
                ServerProcesses::run, pidFiles.stream().map(Path::toString).toList());
    }

    private static String run(String command) {
        try {
            Process process =
                    new ProcessBuilder("sh", "-c", command)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            try (InputStream out = process.getInputStream()) {
                return new String(out.readAllBytes(), StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            throw new LabException("/proc of this machine", e);
        }
    }

    /** A shell's command: their numbers, one in a line. */
    private String roots() {
        return "for f in %s; do head -n 1 $f; echo; done; ".formatted(String.join(" ", pidFiles));
    }

    /** User and system time of all of them since they began, those included that have ended. */
    double cpuSeconds() {
        Listing listing = list("", "schedstat");
        double sum = 0;
        for (int pid : descendants(listing)) {
            Stat stat = listing.all().get(pid);
            // /proc/PID/stat is cut to ticks of 10 ms, more than a login takes in a process of its
            // own; schedstat is exact, but counts the first thread alone.
            String exact = listing.lines().get(pid);
            sum += stat.endedChildren();
            sum +=
                    stat.threads() == 1 && exact != null
                            ? Long.parseLong(exact.split(" ", 2)[0]) / 1e9
                            : stat.own();
        }
        return sum;
    }

    /** Proportional set size of all of them, in kilobytes. */
    long proportionalKilobytes() {
        Listing listing = list("^Pss:", "smaps_rollup");
        long sum = 0;
        for (int pid : descendants(listing)) {
            String size = listing.lines().get(pid);
            if (size == null) {
                throw new LabException("the memory map of process " + pid + " cannot be read");
            }
            sum += Long.parseLong(size.replaceAll("Pss: *(\\d+) kB", "$1"));
        }
        return sum;
    }

    /**
     * What /proc had at one time.
     *
     * @param roots those that started the others
     * @param all every process there is
     * @param lines of a file of each, the one line that was looked for
     */
    private record Listing(Set<Integer> roots, Map<Integer, Stat> all, Map<Integer, String> lines) {
        private Listing() {
            this(new HashSet<>(), new HashMap<>(), new HashMap<>());
        }
    }

    private Listing list(String pattern, String file) {
        Listing listing = new Listing();
        String found =
                shell.apply(
                        roots()
                                + "grep -sH '' /proc/[0-9]*/stat; grep -sH '%s' /proc/[0-9]*/%s; :"
                                        .formatted(pattern, file));
        for (String line : found.lines().filter(line -> !line.isBlank()).toList()) {
            int colon = line.indexOf(':');
            if (colon < 0) {
                listing.roots().add(Integer.parseInt(line.strip()));
            } else if (line.startsWith("/stat:", colon - 5)) {
                listing.all().put(pid(line), Stat.parse(line.substring(colon + 1)));
            } else {
                listing.lines().put(pid(line), line.substring(colon + 1));
            }
        }
        return listing;
    }

    private static int pid(String line) {
        return Integer.parseInt(line.substring(6, line.indexOf('/', 6)));
    }

    private Set<Integer> descendants(Listing listing) {
        if (listing.roots().size() != pidFiles.size()
                || !listing.all().keySet().containsAll(listing.roots())) {
            throw new LabException("a process of " + pidFiles + " has ended");
        }
        Map<Integer, List<Integer>> children = new HashMap<>();
        listing.all()
                .forEach(
                        (pid, stat) ->
                                children.computeIfAbsent(stat.parent(), _ -> new ArrayList<>())
                                        .add(pid));
        Set<Integer> found = new HashSet<>(listing.roots());
        Deque<Integer> next = new ArrayDeque<>(listing.roots());
        while (!next.isEmpty()) {
            for (int child : children.getOrDefault(next.removeFirst(), List.of())) {
                if (found.add(child)) {
                    next.add(child);
                }
            }
        }
        return found;
    }

    /**
     * A line of /proc/PID/stat, times in seconds.
     *
     * @param own of all its threads, the ended ones too
     * @param endedChildren of those it has waited for, and theirs
     */
    private record Stat(int parent, double own, double endedChildren, int threads) {
        static Stat parse(String line) {
            // The name in parentheses may hold anything; field 3, the state, follows it.
            String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
            return new Stat(
                    Integer.parseInt(fields[1]),
                    seconds(fields[11]) + seconds(fields[12]),
                    seconds(fields[13]) + seconds(fields[14]),
                    Integer.parseInt(fields[17]));
        }

        private static double seconds(String ticks) {
            return Long.parseLong(ticks) / TICKS_PER_SECOND;
        }
    }
}
