package io.sallyport.cli.rotation;

import io.sallyport.cli.api.ApiException;
import io.sallyport.cli.api.Document;
import io.sallyport.cli.command.CommandException;
import io.sallyport.cli.command.Invocation;
import io.sallyport.cli.terminal.Sheet;

import java.util.ArrayList;
import java.util.List;

/**
 * Rotations one after the other: each is begun when the one before it is done. To the server they
 * are rotations like others.
 */
public final class RotationSequence {
    private final Invocation invocation;
    private final Rotations rotations;
    private final List<Step> steps;
    private final String options;

    /**
     * One of them.
     *
     * @param name as it is typed
     */
    public record Step(String name, NewRotation wanted) {}

    /**
     * Nothing is begun yet.
     *
     * @param options as they are typed with what is to be done later; empty if there are none
     */
    public RotationSequence(Invocation invocation, List<Step> steps, String options) {
        this.invocation = invocation;
        this.rotations = new Rotations(invocation);
        this.steps = List.copyOf(steps);
        this.options = options;
    }

    /**
     * Plans all of them, so that what is refused is refused before anything changes, and follows
     * each to its end. Shows those that were begun, also when it stops before the last.
     *
     * @throws CommandException if it is not confirmed, or one did not succeed in time
     * @throws ApiException if one is refused, or the server cannot be reached
     */
    public void run(RunOptions options) {
        List<Rotation> plans =
                steps.stream().map(step -> rotations.plan(step.wanted(), options)).toList();
        if (options.dryRun()) {
            show(plans);
            return;
        }
        if (!options.yes()) {
            sheet(plans).toString().lines().forEach(invocation::hint);
            invocation.confirm(false, "Roll over %s, in this order?".formatted(namesFrom(0, ", ")));
        }
        List<Rotation> reached = new ArrayList<>();
        for (int index = 0; index < steps.size(); index++) {
            try {
                reached.add(begin(index, options));
                reached.set(index, rotations.awaitEnd(reached.getLast(), options.followFor()));
                Rotations.requireDone(reached.getLast());
            } catch (CommandException | ApiException e) {
                show(reached);
                boolean goesOn = reached.size() > index && reached.getLast().goesOn();
                tellRest(index, goesOn);
                throw e;
            }
        }
        show(reached);
    }

    private Rotation begin(int index, RunOptions options) {
        Step step = steps.get(index);
        Rotation begun = rotations.start(step.wanted(), options);
        invocation
                .progress()
                .say(
                        "%s, %d of %d: rotation %s"
                                .formatted(step.name(), index + 1, steps.size(), begun.id()));
        return begun;
    }

    private void tellRest(int index, boolean goesOn) {
        boolean last = index + 1 == steps.size();
        invocation.warn(
                "%s %s; %s"
                        .formatted(
                                goesOn ? "still under way:" : "stopped at",
                                steps.get(index).name(),
                                last
                                        ? "it was the last"
                                        : "not begun: " + namesFrom(index + 1, ", ")));
        if (!goesOn) {
            invocation.warn("to go on: " + commandFrom(index));
        } else if (!last) {
            invocation.warn("when it is DONE: " + commandFrom(index + 1));
        }
    }

    private String commandFrom(int index) {
        return "sallyport ca roll-over %s %s".formatted(namesFrom(index, " "), options).strip();
    }

    private String namesFrom(int index, String between) {
        return String.join(
                between, steps.subList(index, steps.size()).stream().map(Step::name).toList());
    }

    private void show(List<Rotation> some) {
        invocation.show(
                Document.empty()
                        .putList("rotations", some.stream().map(Rotation::document).toList()),
                sheet -> fill(sheet, some));
    }

    private static Sheet sheet(List<Rotation> some) {
        Sheet sheet = new Sheet();
        fill(sheet, some);
        return sheet;
    }

    private static void fill(Sheet sheet, List<Rotation> some) {
        for (int index = 0; index < some.size(); index++) {
            if (index > 0) {
                sheet.gap();
            }
            some.get(index).fill(sheet);
        }
    }
}
