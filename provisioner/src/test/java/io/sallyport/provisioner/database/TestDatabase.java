package io.sallyport.provisioner.database;

import io.sallyport.provisioner.configuration.Configuration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An embedded database in a directory of its own, which goes with it. */
public final class TestDatabase implements AutoCloseable {
    /**
     * For several provisioners at a time, each with a pool; now and then one was seen to stay when
     * its provisioner was closed.
     */
    private static final int CONNECTIONS = 300;

    private final Path data;
    private final EmbeddedDatabase database;

    private TestDatabase(Path data, EmbeddedDatabase database) {
        this.data = data;
        this.database = database;
    }

    public static TestDatabase start() throws IOException {
        Path data = Files.createTempDirectory("postgres-test");
        return new TestDatabase(data, EmbeddedDatabase.start(data, CONNECTIONS));
    }

    /** The database that these settings name; closing it leaves it as it is. */
    public static Database at(Map<String, String> settings) {
        return new ExternalDatabase(
                new Configuration.ExternalDatabase(
                        settings.get("SALLYPORT_DATABASE_URL"),
                        settings.get("SALLYPORT_DATABASE_USER"),
                        settings.get("SALLYPORT_DATABASE_PASSWORD")));
    }

    /** Deletes a directory and all that is in it. */
    public static void deleteTree(Path directory) throws IOException {
        EmbeddedDatabase.deleteTree(directory);
    }

    public String url() {
        return database.url();
    }

    public String user() {
        return database.user();
    }

    public String password() {
        return database.password();
    }

    /** What a provisioner needs to use it. */
    public Map<String, String> settings() {
        return Map.of(
                "SALLYPORT_DATABASE_URL", url(),
                "SALLYPORT_DATABASE_USER", user(),
                "SALLYPORT_DATABASE_PASSWORD", password());
    }

    /**
     * Stops its processes, as a machine does whose disk hangs: connections stay open, and nobody
     * answers on them.
     */
    public void stop() throws IOException {
        // The postmaster first: then no further one appears.
        signal("-STOP");
    }

    /** Lets them go on. */
    public void goOn() throws IOException {
        signal("-CONT");
    }

    private void signal(String signal) throws IOException {
        String pid = Files.readAllLines(data.resolve("postgresql/postmaster.pid")).getFirst();
        ProcessHandle postmaster = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
        kill(signal, List.of(postmaster));
        kill(signal, postmaster.children().toList());
    }

    private static void kill(String signal, List<ProcessHandle> processes) throws IOException {
        List<String> command = new ArrayList<>(List.of("kill", signal));
        processes.forEach(process -> command.add(Long.toString(process.pid())));
        try {
            int status = new ProcessBuilder(command).inheritIO().start().waitFor();
            // kill signals all that are there; one that has ended meanwhile needs no signal.
            if (status != 0 && processes.stream().allMatch(ProcessHandle::isAlive)) {
                throw new IOException("%s failed".formatted(command));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** Ends it, data and all. Does nothing the second time. */
    public void end() throws IOException {
        database.close();
        EmbeddedDatabase.deleteTree(data);
    }

    @Override
    public void close() throws IOException {
        end();
    }
}
