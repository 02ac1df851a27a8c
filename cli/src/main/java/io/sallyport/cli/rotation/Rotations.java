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
    public void run(NewRotation typed, RunOptions options) {
        NewRotation wanted =
                new NewRotation(
                        typed.kind(),
                        typed.targets(),
                        typed.purpose(),
                        options.canary().or(typed::canary),
                        options.waveSize().or(typed::waveSize));
        if (options.dryRun()) {
            show(plan(wanted));
            return;
        }
        if (!options.yes()) {
            Sheet plan = new Sheet();
            plan(wanted).fill(plan);
            plan.toString().lines().forEach(invocation::hint);
            invocation.confirm(false, "Rotate %s?".formatted(wanted.words()));
        }
        Rotation started = start(wanted);
        if (options.follows()) {
            follow(started, options.waitSeconds());
        } else {
            show(started);
            invocation.hint("Next: sallyport rotate status %s --wait".formatted(started.id()));
        }
    }

    private Rotation plan(NewRotation wanted) {
        return Rotation.of(api.post(ALL, wanted.document(true)));
    }

    private Rotation start(NewRotation wanted) {
        try {
            return Rotation.of(api.post(ALL, wanted.document(false)));
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
     * @throws CommandException if it ends otherwise than well, or the time is over
     */
    void follow(Rotation rotation, int seconds) {
        var watch = new RotationWatch(invocation.progress());
        Rotation ended =
                invocation
                        .waiting()
                        .until(
                                rotation,
                                Duration.ofSeconds(seconds),
                                "rotation %s is at its end".formatted(rotation.id()),
                                () -> find(rotation.id()),
                                seen -> !seen.goesOn(),
                                watch::tell);
        show(ended);
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
