package io.sallyport.provisioner.order;

import io.micronaut.core.annotation.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * An order as the API shows it.
 *
 * @param tunnel the tunnel that it makes
 * @param steps those that were begun, in their order
 */
record OrderView(
        UUID id,
        UUID tunnel,
        String branch,
        OrderState state,
        Instant createdAt,
        List<StepView> steps) {
    OrderView {
        steps = List.copyOf(steps);
    }

    OrderView with(List<StepView> others) {
        return new OrderView(id, tunnel, branch, state, createdAt, others);
    }

    /** How a step went. */
    enum Outcome {
        RUNNING,
        DONE,
        FAILED
    }

    /**
     * A step.
     *
     * @param finishedAt null while it runs
     * @param detail what there is to say about it; null if nothing
     */
    record StepView(
            Step name,
            Outcome outcome,
            Instant startedAt,
            @Nullable Instant finishedAt,
            @Nullable String detail) {
        static StepView running(Step name, Instant from) {
            return new StepView(name, Outcome.RUNNING, from, null, null);
        }

        static StepView done(Step name, Instant from, Instant to, @Nullable String detail) {
            return new StepView(name, Outcome.DONE, from, to, detail);
        }
    }
}
