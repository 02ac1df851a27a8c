package io.sallyport.cli;

import io.sallyport.cli.command.Surroundings;
import io.sallyport.cli.terminal.Prompt;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A user with a home directory of its own, before a fake provisioner. Time passes in pauses only.
 */
final class CommandFixture implements BeforeEachCallback, AfterEachCallback {
    static final TestCertificates CERTIFICATES = new TestCertificates("test root");

    private final Deque<String> typed = new ArrayDeque<>();
    private final Map<String, String> environment = new HashMap<>();
    private Instant now = Instant.parse("2026-11-22T06:00:00Z");
    private FakeProvisioner provisioner;
    private Path home;
    private final List<List<String>> programs = new ArrayList<>();
    private int programStatus;
    private String input = "";
    private boolean watched;
    private Duration shortestPause = Duration.ZERO;

    /** How a command went. */
    record Ran(int exitCode, String out, String err) {}

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        home = Files.createTempDirectory("sallyport-cli");
        provisioner = new FakeProvisioner(CERTIFICATES);
        Files.writeString(home.resolve("root.pem"), CERTIFICATES.rootPem());
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        provisioner.close();
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    FakeProvisioner provisioner() {
        return provisioner;
    }

    Path home() {
        return home;
    }

    Path loginFile() {
        return home.resolve(".config/sallyport/logins/default.json");
    }

    CommandFixture withInput(String text) {
        input = text;
        return this;
    }

    /** What the person at the terminal answers, one after the other. */
    CommandFixture typing(String... answers) {
        typed.addAll(List.of(answers));
        return this;
    }

    CommandFixture withEnvironment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** What every program that is started ends with. */
    CommandFixture programsEndWith(int status) {
        programStatus = status;
        return this;
    }

    /** The programs that were started, with their arguments. */
    List<List<String>> programs() {
        return programs;
    }

    /** With standard error on a terminal. */
    CommandFixture watched() {
        watched = true;
        return this;
    }

    /** Every pause takes this long at least, so that a long time passes in few requests. */
    CommandFixture pausingFor(Duration atLeast) {
        shortestPause = atLeast;
        return this;
    }

    CommandFixture loggedIn() {
        provisioner.on("GET /v1/tunnels?limit=1", "{\"tunnels\":[]}");
        withInput(FakeProvisioner.TOKEN);
        Ran ran = run("login", "--url", provisioner.url(), "--ca", ca(), "--token-file", "-");
        if (ran.exitCode() != 0) {
            throw new IllegalStateException(ran.err());
        }
        return this;
    }

    String ca() {
        return home.resolve("root.pem").toString();
    }

    Ran run(String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        int exitCode =
                Sallyport.run(
                        new Surroundings(
                                environment,
                                home,
                                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                                new PrintWriter(out),
                                new PrintWriter(err),
                                watched,
                                new TypedAnswers(),
                                new PassingTime(),
                                this::pass,
                                command -> {
                                    programs.add(command);
                                    return programStatus;
                                }),
                        arguments);
        return new Ran(exitCode, out.toString(), err.toString());
    }

    private void pass(Duration duration) {
        now = now.plus(duration.compareTo(shortestPause) < 0 ? shortestPause : duration);
    }

    private final class TypedAnswers implements Prompt {
        @Override
        public Optional<String> line(String question) {
            return Optional.ofNullable(typed.poll());
        }

        @Override
        public Optional<String> secret(String question) {
            return Optional.ofNullable(typed.poll());
        }
    }

    private final class PassingTime extends Clock {
        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }
}
