package io.sallyport.pki;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;

/** An independent reader of the tests: the openssl command. */
public final class OpenSsl {

    private OpenSsl() {}

    /** {@link Command#run} of openssl. */
    public static String run(Path directory, String... arguments)
            throws IOException, InterruptedException {
        return Command.run(directory, command(arguments));
    }

    /** {@link Command#attempt} of openssl. */
    public static Command.Result attempt(Path directory, String... arguments)
            throws IOException, InterruptedException {
        return Command.attempt(directory, command(arguments));
    }

    private static String[] command(String... arguments) {
        return Stream.concat(Stream.of("openssl"), Stream.of(arguments)).toArray(String[]::new);
    }
}
