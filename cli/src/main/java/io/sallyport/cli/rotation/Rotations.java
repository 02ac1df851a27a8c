package io.sallyport.cli.rotation;

import io.sallyport.cli.api.Api;
import io.sallyport.cli.api.ApiPath;
import io.sallyport.cli.api.Document;
import io.sallyport.cli.api.UnreachableException;
import io.sallyport.cli.command.CommandException;
import io.sallyport.cli.command.ExitCode;
import io.sallyport.cli.command.Invocation;
import io.sallyport.cli.terminal.Sheet;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Starts rotations and follows them; of use to every command that renews something. */
public final class Rotations {
    private static final ApiPath ALL = ApiPath.of("v1", "rotations");

    private final Invocation invocation;
    private final Api api;

    public Rotations(Invocation invocation) {
        this.invocation = invocation;
        this.api = invocation.api();
    }

    /**
     * Starts a rotation as the options say and shows it.
     *
     * @throws CommandException if it is not confirmed, or was followed and did not succeed
     */
    public void run(NewRotation wanted, RunOptions options) {
        if (options.dryRun()) {
            show(plan(wanted, options));
            return;
        }
        if (!options.yes()) {
            Sheet plan = new Sheet();
            plan(wanted, options).fill(plan);
            plan.toString().lines().forEach(invocation::hint);
            invocation.confirm(false, "Rotate %s?".formatted(wanted.words()));
        }
        Rotation started = start(wanted, options);
        if (options.follows()) {
            follow(started, options.followFor());
        } else {
            show(started);
            invocation.hint("Next: sallyport rotate status %s --wait".formatted(started.id()));
        }
    }

    /**
     * Looks for one that a rotation of all would change.
     *
     * @param name its name in the plan
     * @return its id
     */
    public Optional<String> target(RotationKind kind, String name) {
        NewRotation all = new NewRotation(kind, List.of(), Optional.empty());
        return plan(all, new RunOptions()).waves().stream()
                .flatMap(wave -> wave.targets().stream())
                .filter(target -> target.name().equals(name))
                .map(Rotation.Target::id)
                .findFirst();
    }

    /** What would be done; the server changes nothing. */
    Rotation plan(NewRotation wanted, RunOptions options) {
        return Rotation.of(api.post(ALL, wanted.document(options.waves(), true)));
    }

    /** Has the server begin it. */
    Rotation start(NewRotation wanted, RunOptions options) {
        try {
            return Rotation.of(api.post(ALL, wanted.document(options.waves(), false)));
        } catch (UnreachableException e) {
            if (!e.mayHaveBeenCarriedOut()) {
                throw e;
            }
            throw CommandException.of(
                    ExitCode.UNREACHABLE,
                    e.getMessage() + "; whether the rotation was started is not known",
                    "Look before you repeat it: sallyport rotate status");
        }
    }

    List<Rotation> all() {
        return api.get(ALL).list("rotations").stream().map(Rotation::of).toList();
    }

    Rotation find(String id) {
        return Rotation.of(api.get(ApiPath.of("v1", "rotations", id)));
    }

    /** Asks for its end; what has changed so far is returned where that keeps the tunnels up. */
    Rotation abort(String id) {
        Document answer = api.post(ApiPath.of("v1", "rotations", id, "abort"), Document.empty());
        return answer.has("state") ? Rotation.of(answer) : find(id);
    }

    /**
     * Follows a rotation to its end and shows it.
     *
     * @param atMost as long as it may take if empty
     * @throws CommandException if it ends otherwise than well, or the time is over
     */
    void follow(Rotation rotation, Optional<Duration> atMost) {
        Rotation ended = awaitEnd(rotation, atMost);
        show(ended);
        requireDone(ended);
    }

    /**
     * Tells each wave until the end, whichever it is.
     *
     * @param atMost as long as it may take if empty
     * @throws CommandException if the time is over
     */
    Rotation awaitEnd(Rotation rotation, Optional<Duration> atMost) {
        var watch = new RotationWatch(invocation.progress());
        return invocation
                .waiting()
                .continuedBy("sallyport rotate status %s --wait".formatted(rotation.id()))
                .until(
                        rotation,
                        atMost.orElseGet(rotation::longest),
                        "rotation %s is at its end".formatted(rotation.id()),
                        () -> find(rotation.id()),
                        seen -> !seen.goesOn(),
                        watch::tell);
    }

    static void requireDone(Rotation ended) {
        if (!ended.done()) {
            throw CommandException.of(
                    ExitCode.FAILED,
                    "rotation %s is %s%s"
                            .formatted(
                                    ended.id(),
                                    ended.state(),
                                    ended.cause().map(": "::concat).orElse("")));
        }
    }

    void show(Rotation rotation) {
        invocation.show(rotation.document(), rotation::fill);
    }
}
