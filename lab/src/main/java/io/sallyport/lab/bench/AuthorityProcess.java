package io.sallyport.lab.bench;

import io.sallyport.lab.LabException;
import io.sallyport.lab.LeftOverProcesses;
import io.sallyport.lab.product.Jars;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A provisioner as a child process on the loopback interface, which also does work for its
 * authorities on request; needs no host of the lab.
 */
final class AuthorityProcess implements AutoCloseable {
    private static final int REQUESTS = 64;

    private final Path home;
    private final Process process;
    private final BufferedReader answers;
    private final Writer requests;
    private final int statusPort;

    private AuthorityProcess(Path home, Process process, int statusPort) {
        this.home = home;
        this.process = process;
        this.statusPort = statusPort;
        this.answers = process.inputReader(StandardCharsets.US_ASCII);
        this.requests = process.outputWriter(StandardCharsets.US_ASCII);
    }

    /** Starts one in a directory of its own, and waits until it answers. */
    static AuthorityProcess start() {
        try {
            Path home = Files.createTempDirectory("sallyport-bench");
            for (int number = 0; number < REQUESTS; number++) {
                Tools.run(
                        home,
                        ("openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj"
                                        + " / -keyout key.pem -out %d.csr")
                                .formatted(number));
            }
            int port = freePort();
            String lib = Jars.of("provisioner").getParent().resolve("lib").toString();
            ProcessBuilder builder =
                    new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                            "-XX:+UseSerialGC",
                            "-Xmx512m",
                            "-cp",
                            "%s:%s/*:%s"
                                    .formatted(
                                            Jars.of("provisioner"),
                                            lib,
                                            Jars.testsOf("provisioner")),
                            "io.sallyport.provisioner.AuthorityLoad",
                            home.toString());
            builder.environment()
                    .putAll(
                            Map.of(
                                    "SALLYPORT_DATA",
                                    home.resolve("data").toString(),
                                    "SALLYPORT_API_PORT",
                                    "0",
                                    "SALLYPORT_INTERNAL_PORT",
                                    "0",
                                    "SALLYPORT_ENROLMENT_PORT",
                                    "0",
                                    "SALLYPORT_REVOCATION_PORT",
                                    Integer.toString(port),
                                    "SALLYPORT_REVOCATION_URL",
                                    "http://127.0.0.1:" + port));
            builder.redirectError(home.resolve("log").toFile());
            var started = new AuthorityProcess(home, builder.start(), port);
            String line = started.answers.readLine();
            while (line != null
                    && !line.equals("ready")) { // the log of a start is on the same pipe
                line = started.answers.readLine();
            }
            if (line == null) {
                started.close();
                throw new LabException("the provisioner did not start; see " + home);
            }
            return started;
        } catch (IOException e) {
            throw new LabException("a provisioner for a benchmark", e);
        }
    }

    /** Where this process and its files are. */
    Path home() {
        return home;
    }

    /** Where it listens for OCSP. */
    int statusPort() {
        return statusPort;
    }

    /** The figure of a round. */
    double figure(String work) {
        return Double.parseDouble(ask(work));
    }

    /** Has work done and returns the line that came of it. */
    String ask(String work) {
        try {
            requests.write(work + "\n");
            requests.flush();
            String line = answers.readLine();
            while (line != null && line.contains(" ")) { // of the log
                line = answers.readLine();
            }
            if (line == null) {
                throw new LabException("the provisioner ended; see " + home);
            }
            return line;
        } catch (IOException e) {
            throw new LabException(work, e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Ends it, and deletes its directory if it ended well. */
    @Override
    public void close() {
        boolean well = false;
        try {
            requests.close();
            if (process.waitFor(30, TimeUnit.SECONDS)) {
                well = process.exitValue() == 0;
            } else {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly();
            throw new LabException("end of a provisioner", e);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw LabException.interrupted("end of a provisioner", e);
        } finally {
            LeftOverProcesses.end(home);
        }
        if (well) {
            deleteHome();
        }
    }

    private void deleteHome() {
        try (Stream<Path> all = Files.walk(home)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        } catch (IOException e) {
            throw new LabException("deleting " + home, e);
        }
    }
}
