package io.sallyport.lab.product;

import io.sallyport.lab.CommandOutput;
import io.sallyport.lab.Lab;
import io.sallyport.lab.LabException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Somebody on this machine who types the command {@code sallyport}, with logins of their own. */
public final class CommandLineUser {
    private final Path launcher = Lab.repository().resolve("cli/sallyport");
    private final Path home;

    private CommandLineUser(Path home) {
        this.home = home;
    }

    /** One who has never logged in. */
    public static CommandLineUser in(Lab lab) {
        return new CommandLineUser(lab.freshDirectory("command-line-user"));
    }

    /**
     * One who has never logged in.
     *
     * @param home an empty directory
     */
    public static CommandLineUser at(Path home) {
        return new CommandLineUser(home);
    }

    /** A directory that is theirs. */
    public Path home() {
        return home;
    }

    /**
     * Logs in with the customer's token, given on standard input.
     *
     * @throws LabException if that fails
     */
    public void logIn(ProvisionerProcess provisioner) {
        logIn(provisioner, "default", provisioner.customerToken());
    }

    /** As {@link #logIn}, with the operator's token, as the login {@code operator}. */
    public void logInAsOperator(ProvisionerProcess provisioner) {
        logIn(provisioner, "operator", provisioner.operatorToken());
    }

    private void logIn(ProvisionerProcess provisioner, String profile, String token) {
        expect(
                run(
                        Duration.ofSeconds(60),
                        token,
                        List.of(
                                "login",
                                "--profile",
                                profile,
                                "--url",
                                provisioner.apiUrl().toString(),
                                "--ca",
                                provisioner.rootCertificate().toString(),
                                "--token-file",
                                "-")));
    }

    /**
     * Types a command that is to succeed.
     *
     * @return what it wrote to standard output
     * @throws LabException if it ends otherwise, or not in time
     */
    public String type(Duration deadline, String... arguments) {
        return expect(run(deadline, "", List.of(arguments)));
    }

    /**
     * Types lines into a shell that ends at the first that fails, in the directory of theirs.
     *
     * @param environment what the lines call by {@code $NAME}
     * @return what they wrote to standard output
     * @throws LabException if one fails, or they do not end in time
     */
    public String typeIntoShell(Duration deadline, Map<String, String> environment, String lines) {
        return expect(
                start(deadline, "", List.of("bash", "-euo", "pipefail", "-c", lines), environment));
    }

    private static String expect(CommandOutput output) {
        if (!output.succeeded()) {
            throw new LabException(
                    "sallyport ended with %d: %s".formatted(output.status(), output.err()));
        }
        return output.out();
    }

    /**
     * Types a command.
     *
     * @param input given on standard input
     * @throws LabException if it does not end in time
     */
    public CommandOutput run(Duration deadline, String input, List<String> arguments) {
        List<String> line = new ArrayList<>(List.of(launcher.toString()));
        line.addAll(arguments);
        return start(deadline, input, line, Map.of());
    }

    private CommandOutput start(
            Duration deadline, String input, List<String> line, Map<String, String> environment) {
        Path out = home.resolve("out");
        Path err = home.resolve("err");
        ProcessBuilder builder =
                new ProcessBuilder(line)
                        .directory(home.toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
        builder.environment().putAll(environment);
        builder.environment()
                .merge("PATH", launcher.getParent().toString(), "%2$s:%1$s"::formatted);
        builder.environment().put("XDG_CONFIG_HOME", home.resolve("config").toString());
        builder.environment().put("XDG_CACHE_HOME", home.resolve("cache").toString());
        try {
            Process process = builder.start();
            try (var standardInput = process.getOutputStream()) {
                standardInput.write(input.getBytes(StandardCharsets.UTF_8));
            }
            if (!process.waitFor(deadline.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new LabException("%s: not within %s".formatted(line, deadline));
            }
            return new CommandOutput(
                    process.exitValue(), Files.readString(out), Files.readString(err));
        } catch (IOException e) {
            throw new LabException(line.toString(), e);
        } catch (InterruptedException e) {
            throw LabException.interrupted(line.toString(), e);
        }
    }
}
