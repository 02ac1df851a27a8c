package io.sallyport.pki;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The independent reader of the tests: the openssl command. */
public final class OpenSsl {

    private static final int SECONDS_AT_MOST = 60;

    private OpenSsl() {}

    /**
     * Runs openssl and returns what it printed, errors included; fails the test when its status is
     * not 0.
     */
    public static String run(Path directory, String... arguments)
            throws IOException, InterruptedException {
        Result result = attempt(directory, arguments);
        if (result.status() != 0) {
            throw new AssertionError(
                    "openssl %s: status %d%n%s"
                            .formatted(List.of(arguments), result.status(), result.output()));
        }
        return result.output();
    }

    /** Runs openssl, whatever comes of it. */
    public static Result attempt(Path directory, String... arguments)
            throws IOException, InterruptedException {
        Path output = directory.resolve("openssl.out");
        Process process =
                new ProcessBuilder(
                                Stream.concat(Stream.of("openssl"), Stream.of(arguments)).toList())
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        process.getOutputStream().close();
        if (!process.waitFor(SECONDS_AT_MOST, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("openssl did not end");
        }
        return new Result(process.exitValue(), Files.readString(output, UTF_8));
    }

    /** How it ended and what it printed. */
    public record Result(int status, String output) {}
}
