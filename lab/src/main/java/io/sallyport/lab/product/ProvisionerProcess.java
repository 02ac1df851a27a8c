package io.sallyport.lab.product;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.sallyport.lab.AddressPlan;
import io.sallyport.lab.Lab;
import io.sallyport.lab.LabException;
import io.sallyport.lab.LeftOverProcesses;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The provisioner, a child process on this machine with the embedded PostgreSQL. The listeners are
 * bound to this machine's address in the lab's management network, the one for branches that enrol
 * to its address in theirs. It can be killed and started again on the same data and ports.
 */
public final class ProvisionerProcess implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration END = Duration.ofSeconds(30);

    private final Path home;
    private final Path data;
    private final Path log;
    private final ClassArchive classes = ClassArchive.of("provisioner");
    private final Map<String, String> environment;
    private Process process;
    private URI api;
    private HttpClient http;
    private String operatorToken;
    private String customerToken;

    private ProvisionerProcess(Path home, Map<String, String> environment) {
        this.home = home;
        this.data = home.resolve("data");
        this.log = home.resolve("provisioner.log");
        this.environment = environment;
    }

    /**
     * Has those that are started from here on find the classes of one before them: a quarter of a
     * minute, unless they are there.
     */
    public static void prepare(Lab lab) {
        try {
            ClassArchive classes = ClassArchive.of("provisioner");
            classes.removeIfStale();
            if (!classes.isThere()) {
                start(lab).close();
            }
        } catch (IOException e) {
            throw new LabException("classes of the provisioner", e);
        }
    }

    /** Starts a provisioner for the first time and waits until it answers. */
    public static ProvisionerProcess start(Lab lab) {
        Path home = lab.freshDirectory("provisioner");
        int apiPort = freePort(AddressPlan.machine());
        int internalPort = freePort(AddressPlan.machine());
        int enrolmentPort = freePort(AddressPlan.machineSeenByBranches());
        String address = AddressPlan.machine();
        String seenByBranches = AddressPlan.machineSeenByBranches();
        ProvisionerProcess provisioner =
                new ProvisionerProcess(
                        home,
                        Map.ofEntries(
                                Map.entry("SALLYPORT_DATA", home.resolve("data").toString()),
                                Map.entry("SALLYPORT_API_ADDRESS", address),
                                Map.entry("SALLYPORT_API_PORT", Integer.toString(apiPort)),
                                Map.entry("SALLYPORT_API_NAMES", address),
                                Map.entry("SALLYPORT_INTERNAL_ADDRESS", address),
                                Map.entry(
                                        "SALLYPORT_INTERNAL_PORT", Integer.toString(internalPort)),
                                Map.entry(
                                        "SALLYPORT_INTERNAL_URL",
                                        "https://%s:%d".formatted(address, internalPort)),
                                Map.entry("SALLYPORT_ENROLMENT_ADDRESS", seenByBranches),
                                Map.entry(
                                        "SALLYPORT_ENROLMENT_PORT",
                                        Integer.toString(enrolmentPort)),
                                Map.entry(
                                        "SALLYPORT_ENROLMENT_URL",
                                        "https://%s:%d".formatted(seenByBranches, enrolmentPort)),
                                // The lab's charon verifies them (OpenSSL's).
                                Map.entry("SALLYPORT_BRANCH_KEYS", "ed25519")));
        provisioner.start();
        JsonNode tokens = provisioner.readJson(provisioner.initialTokens());
        provisioner.operatorToken = tokens.path("operator").asText();
        provisioner.customerToken = tokens.path("customer").asText();
        return provisioner;
    }

    /**
     * Starts it again on the same data, after it has ended or was killed; waits until it answers.
     */
    public void start() {
        Path listening = data.resolve("listening.json");
        List<String> command =
                new ArrayList<>(List.of(java().toString(), "-XX:+UseSerialGC", "-Xmx512m"));
        command.addAll(classes.options());
        command.addAll(List.of("-jar", Jars.of("provisioner").toString()));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        try (WatchService watch = FileSystems.getDefault().newWatchService()) {
            Files.createDirectories(data);
            Files.deleteIfExists(listening);
            classes.removeIfStale();
            data.register(
                    watch,
                    StandardWatchEventKinds.ENTRY_CREATE,
                    StandardWatchEventKinds.ENTRY_MODIFY);
            process = builder.start();
            Files.writeString(pidFile(), Long.toString(process.pid()));
            // The death of the process is an event too: it ends the wait.
            var _ = process.onExit().thenRun(() -> closeQuietly(watch));
            awaitFile(watch, listening);
        } catch (IOException e) {
            throw new LabException("cannot start the provisioner", e);
        }
        api = URI.create(readJson(listening).path("apiUrl").asText());
        http = ProvisionerApi.trusting(rootCertificate());
    }

    private void awaitFile(WatchService watch, Path file) {
        long end = System.nanoTime() + START.toNanos();
        try {
            while (!Files.exists(file)) {
                WatchKey key = watch.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (key == null) {
                    process.destroyForcibly();
                    throw new LabException(
                            "the provisioner does not answer within " + START + tail());
                }
                key.pollEvents();
                key.reset();
            }
        } catch (ClosedWatchServiceException e) {
            throw new LabException("the provisioner ended while it started" + tail(), e);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw LabException.interrupted("start of the provisioner", e);
        }
    }

    private static void closeQuietly(WatchService watch) {
        try {
            watch.close();
        } catch (IOException e) {
            throw new LabException("close of a watch", e);
        }
    }

    private String tail() {
        try {
            List<String> lines = Files.readAllLines(log);
            return "\n"
                    + String.join(
                            "\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
        } catch (IOException e) {
            return " (no log)";
        }
    }

    private static int freePort(String address) {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(address))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new LabException("no free port", e);
        }
    }

    private JsonNode readJson(Path file) {
        try {
            return JSON.readTree(file.toFile());
        } catch (IOException e) {
            throw new LabException("the provisioner's " + file.getFileName(), e);
        }
    }

    /** The API as the operator uses it. */
    public ProvisionerApi operator() {
        return new ProvisionerApi(http, api, operatorToken);
    }

    /** The API as the customer uses it. */
    public ProvisionerApi customer() {
        return new ProvisionerApi(http, api, customerToken);
    }

    /** The API as somebody with another token, or a made-up one, uses it. */
    public ProvisionerApi as(String token) {
        return new ProvisionerApi(http, api, token);
    }

    /** The customer's token, for another client than ours. */
    public String customerToken() {
        return customerToken;
    }

    /** The operator's, likewise. */
    public String operatorToken() {
        return operatorToken;
    }

    public URI apiUrl() {
        return api;
    }

    /** The internal root's certificate, in PEM. */
    public Path rootCertificate() {
        return data.resolve("ca/root.pem");
    }

    /** The tokens of the first start; gone after the second. */
    public Path initialTokens() {
        return data.resolve("initial-tokens.json");
    }

    /** Its settings, as variables of the environment. */
    public Map<String, String> settings() {
        return environment;
    }

    /** What starts it, for a shell. */
    public String command() {
        return "%s -jar %s".formatted(java(), Jars.of("provisioner"));
    }

    private static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    /** The provisioner's data directory. */
    public Path data() {
        return data;
    }

    /** Where its process id is written. */
    public Path pidFile() {
        return home.resolve("pid");
    }

    public Path log() {
        return log;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** SIGKILL, and waits for the end. Its database is left as it is. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** SIGTERM, and waits for the end. */
    public void end() {
        process.destroy();
        awaitEnd();
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(END.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new LabException("the provisioner did not end within " + END + tail());
            }
        } catch (InterruptedException e) {
            throw LabException.interrupted("end of the provisioner", e);
        }
    }

    /** Ends the provisioner and, should it have been killed, the database it left behind. */
    @Override
    public void close() {
        if (process.isAlive()) {
            end();
        }
        LeftOverProcesses.end(home);
    }
}
