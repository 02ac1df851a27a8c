package io.sallyport.cli;

import io.sallyport.cli.api.ApiException;
import io.sallyport.cli.api.MalformedAnswerException;
import io.sallyport.cli.api.Problem;
import io.sallyport.cli.api.RefusedException;
import io.sallyport.cli.api.UnreachableException;
import io.sallyport.cli.command.CommandException;
import io.sallyport.cli.command.ExitCode;
import io.sallyport.cli.terminal.Printable;

import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

import java.io.PrintWriter;
import java.util.Optional;

/** Tells errors: what happened, which field, and what to do about it. */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {
    @Override
    public int handleExecutionException(Exception failure, CommandLine line, ParseResult parsed) {
        PrintWriter err = line.getErr();
        ExitCode code =
                switch (failure) {
                    case CommandException e -> {
                        say(err, e.getMessage());
                        e.remedy().ifPresent(remedy -> more(err, remedy));
                        yield e.exitCode();
                    }
                    case ApiException e -> api(err, e);
                    default -> {
                        say(err, "an error in this program; please report it with these lines:");
                        more(err, failure.toString());
                        for (StackTraceElement at : failure.getStackTrace()) {
                            more(err, "at " + at);
                        }
                        yield ExitCode.INTERNAL;
                    }
                };
        err.flush();
        return code.code();
    }

    private static ExitCode api(PrintWriter err, ApiException failure) {
        return switch (failure) {
            case RefusedException e -> {
                refused(err, e);
                yield e.problem().status() >= 500 ? ExitCode.UNREACHABLE : ExitCode.REFUSED;
            }
            case UnreachableException e -> {
                say(err, e.getMessage());
                more(err, remedy(e));
                yield ExitCode.UNREACHABLE;
            }
            case MalformedAnswerException e -> {
                say(err, "the server's answer makes no sense: " + e.getMessage());
                more(err, "Is the server a Sallyport provisioner of this release or a newer one?");
                yield ExitCode.UNREACHABLE;
            }
        };
    }

    private static void refused(PrintWriter err, RefusedException refusal) {
        Problem problem = refusal.problem();
        say(
                err,
                (problem.status() >= 500 ? "the server cannot do it: " : "refused: ")
                        + problem.sentence());
        problem.errors().forEach(error -> more(err, error.field() + ": " + error.reason()));
        remedy(refusal).ifPresent(remedy -> more(err, remedy));
    }

    private static Optional<String> remedy(RefusedException refusal) {
        return switch (refusal.problem().status()) {
            case 401 -> Optional.of("Log in with a token that is valid: sallyport login ...");
            case 403 ->
                    Optional.of(
                            "Use the login of another role: --profile NAME (orders, tunnels and"
                                    + " teleworkers are for customers, the CA, rotations and"
                                    + " concentrators for operators).");
            case 404 -> listing(refusal.collection()).map("See what there is: sallyport "::concat);
            case 429, 503 -> Optional.of("Try again in a moment.");
            default -> Optional.empty();
        };
    }

    /** The command that lists what is called so. */
    private static Optional<String> listing(String collection) {
        return switch (collection) {
            case "orders" -> Optional.of("order list");
            case "tunnels" -> Optional.of("tunnel list --all");
            case "certificates" -> Optional.of("cert list");
            case "rotations" -> Optional.of("rotate status");
            case "teleworkers" -> Optional.of("teleworker list");
            default -> Optional.empty();
        };
    }

    private static String remedy(UnreachableException failure) {
        return switch (failure.reason()) {
            case NOT_CONNECTED -> "Is the provisioner running, and the URL of the login right?";
            case NOT_TRUSTED ->
                    "If the root was replaced, or the URL has another name: sallyport login with"
                            + " the new root's file. If not, somebody may be in between.";
            case TIMED_OUT -> "Give it more time with --timeout SECONDS, or try again later.";
            case BROKEN -> "Try again.";
        };
    }

    @Override
    public int handleParseException(ParameterException failure, String[] arguments) {
        CommandLine line = failure.getCommandLine();
        PrintWriter err = line.getErr();
        say(err, failure.getMessage());
        UnmatchedArgumentException.printSuggestions(failure, err);
        more(err, "Help: %s --help".formatted(line.getCommandSpec().qualifiedName()));
        err.flush();
        return ExitCode.USAGE.code();
    }

    private static void say(PrintWriter err, String sentence) {
        err.println(Printable.line("sallyport: " + sentence));
    }

    private static void more(PrintWriter err, String line) {
        err.println(Printable.line("  " + line));
    }
}
