package io.sallyport.cli.command;

import io.sallyport.cli.api.Api;
import io.sallyport.cli.api.Document;
import io.sallyport.cli.profile.Profile;
import io.sallyport.cli.profile.ProfileStore;
import io.sallyport.cli.terminal.OutputFormat;
import io.sallyport.cli.terminal.Progress;
import io.sallyport.cli.terminal.Prompt;
import io.sallyport.cli.terminal.Sheet;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** One run of the program, as its commands see it. One thread. */
public final class Invocation {
    private final GlobalOptions options;
    private final Surroundings surroundings;
    private final ProfileStore profiles;

    public Invocation(GlobalOptions options, Surroundings surroundings) {
        this.options = options;
        this.surroundings = surroundings;
        this.profiles = ProfileStore.of(surroundings.environment(), surroundings.home());
    }

    /**
     * The API that the login in use is for.
     *
     * @throws CommandException if there is no such login
     */
    public Api api() {
        String name = profileName();
        try {
            return api(profiles.find(name).orElseThrow(() -> notLoggedIn(name)));
        } catch (IOException e) {
            throw CommandException.of(
                    ExitCode.LOCAL, "the login '%s': %s".formatted(name, reason(e)));
        }
    }

    /** The API of a login that need not be stored. */
    public Api api(Profile profile) {
        return new Api(profile.url(), profile.roots(), profile.token(), options.timeout());
    }

    /** The name of the login in use. */
    public String profileName() {
        return options.profile();
    }

    /** A variable of the environment, if it is there and not empty. */
    public Optional<String> environment(String name) {
        return Optional.ofNullable(surroundings.environment().get(name))
                .filter(value -> !value.isEmpty());
    }

    /**
     * Runs a jar of this product on this JVM's JDK, with this program's terminal.
     *
     * @return its exit status
     * @throws CommandException if it cannot be started
     */
    public int runJar(Path jar, List<String> arguments) {
        if (!Files.isReadable(jar)) {
            throw CommandException.of(ExitCode.LOCAL, "%s cannot be read".formatted(jar));
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-jar", jar.toString()));
        command.addAll(arguments);
        try {
            return surroundings.programs().run(command);
        } catch (IOException e) {
            throw CommandException.of(
                    ExitCode.LOCAL, "%s cannot be started: %s".formatted(jar, reason(e)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandException.of(ExitCode.LOCAL, "interrupted");
        }
    }

    public ProfileStore profiles() {
        return profiles;
    }

    public Prompt prompt() {
        return surroundings.prompt();
    }

    public Clock clock() {
        return surroundings.clock();
    }

    public Progress progress() {
        return new Progress(surroundings.err(), options.progress());
    }

    public Waiting waiting() {
        return new Waiting(surroundings.clock(), surroundings.pause(), progress());
    }

    /**
     * Writes a result.
     *
     * @param document what programs get
     * @param fill writes what people get
     */
    public void show(Document document, Consumer<Sheet> fill) {
        PrintWriter out = surroundings.out();
        if (options.output() == OutputFormat.JSON) {
            out.println(document.pretty());
        } else {
            Sheet sheet = new Sheet();
            fill.accept(sheet);
            out.print(sheet);
        }
        out.flush();
    }

    /** Writes a hint for people, beside a result. */
    public void hint(String line) {
        if (options.output() == OutputFormat.TABLE) {
            new Progress(surroundings.err(), true).say(line);
        }
    }

    /** Writes what has to be known beside an error, whatever the output is. */
    public void warn(String line) {
        new Progress(surroundings.err(), true).say(line);
    }

    /**
     * Asks before something that cannot be undone.
     *
     * @param agreed whether the command line said yes
     * @throws CommandException if the answer is no, or nobody is there to ask
     */
    public void confirm(boolean agreed, String question) {
        if (agreed) {
            return;
        }
        String answer =
                prompt().line(question + " [y/N] ")
                        .orElseThrow(
                                () ->
                                        CommandException.of(
                                                ExitCode.USAGE,
                                                "this cannot be undone, and nobody is there to"
                                                        + " confirm it",
                                                "Add --yes."));
        if (!answer.strip().toLowerCase(Locale.ROOT).matches("y|yes")) {
            throw CommandException.of(ExitCode.USAGE, "nothing was done");
        }
    }

    /**
     * Reads a text file, or standard input for a hyphen.
     *
     * @param maxOctets more than that is refused
     * @throws CommandException if it cannot be read
     */
    public String read(String file, int maxOctets) {
        try (InputStream in =
                file.equals("-") ? surroundings.in() : Files.newInputStream(Path.of(file))) {
            byte[] octets = in.readNBytes(maxOctets + 1);
            if (octets.length > maxOctets) {
                throw CommandException.of(
                        ExitCode.LOCAL,
                        "%s is longer than %d octets".formatted(name(file), maxOctets));
            }
            return new String(octets, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw CommandException.of(
                    ExitCode.LOCAL, "%s cannot be read: %s".formatted(name(file), reason(e)));
        }
    }

    private static String name(String file) {
        return file.equals("-") ? "standard input" : file;
    }

    /** What went wrong with a file, in words. */
    public static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "there is no such file";
            case AccessDeniedException _ -> "permission denied";
            case FileSystemException system when system.getReason() != null -> system.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }

    private static CommandException notLoggedIn(String name) {
        return CommandException.of(
                ExitCode.LOCAL,
                "there is no login '%s'".formatted(name),
                "Log in with: sallyport login --profile %s --url https://HOST:PORT --ca FILE"
                        .formatted(name));
    }
}
