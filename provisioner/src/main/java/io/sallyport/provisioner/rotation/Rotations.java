package io.sallyport.provisioner.rotation;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.transaction.annotation.Transactional;
import io.sallyport.provisioner.problem.FieldErrors;
import io.sallyport.provisioner.problem.ProblemException;
import io.sallyport.provisioner.rotation.Rotation.State;
import io.sallyport.provisioner.rotation.Rotation.Step;
import io.sallyport.provisioner.rotation.Rotation.Target;
import io.sallyport.provisioner.rotation.RotationStore.Named;

import jakarta.inject.Singleton;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Plans rotations, begins and aborts them. Every method blocks on the database. */
@Singleton
class Rotations {
    private static final int CANARY = 1;
    private static final int WAVE_SIZE = 20;
    private static final int WAVE_SECONDS = 120;

    /** A branch asks every hour, and takes its time. */
    private static final int SITE_WAVE_SECONDS = 7_500;

    private static final int MOST = 10_000;

    private final RotationStore store;
    private final Clock clock;

    Rotations(RotationStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /**
     * Plans a rotation, and begins it unless that is all that is wanted.
     *
     * @throws ProblemException if it cannot be planned, or another is under way
     */
    @Transactional
    Rotation begin(NewRotation typed) {
        var errors = new FieldErrors();
        Optional<Kind> kind = errors.required("kind", typed.kind(), Rotations::kind);
        int canary = within(errors, "canary", typed.canary(), CANARY);
        int waveSize = within(errors, "waveSize", typed.waveSize(), WAVE_SIZE);
        int usual = kind.equals(Optional.of(Kind.SITE_KEY)) ? SITE_WAVE_SECONDS : WAVE_SECONDS;
        int seconds = within(errors, "waveSeconds", typed.waveSeconds(), usual);
        errors.throwIfAny();
        boolean dryRun = Boolean.TRUE.equals(typed.dryRun());
        RotationPlan plan = new RotationPlan(canary, waveSize);
        List<Named> nodes = nodes(kind.orElseThrow(), typed.targets());
        if (kind.get() == Kind.GATEWAY_KEY) {
            plan.inWaves(
                    nodes.stream()
                            .map(it -> Target.pending(it.id(), Step.GATEWAY, it.name(), it.id()))
                            .toList());
        } else if (kind.get() == Kind.SITE_KEY) {
            plan.inWaves(
                    nodes.stream()
                            .map(
                                    it ->
                                            Target.pending(
                                                    it.id(),
                                                    Step.SITE,
                                                    it.name(),
                                                    store.concentrator(it.id())))
                            .toList());
        } else {
            nodes.forEach(node -> plan(plan, node));
        }
        var rotation =
                new Rotation(
                        UUID.randomUUID(),
                        kind.get(),
                        dryRun ? State.PLANNED : State.RUNNING,
                        Duration.ofSeconds(seconds),
                        false,
                        null,
                        clock.instant(),
                        null,
                        plan.waves());
        if (!dryRun) {
            store.insert(rotation, canary, waveSize);
        }
        return rotation;
    }

    private void plan(RotationPlan plan, Named concentrator) {
        UUID id = concentrator.id();
        plan.alone(Target.pending(id, Step.CONCENTRATOR, concentrator.name(), id));
        plan.inWaves(
                store.tunnels(id).stream()
                        .map(it -> Target.pending(it.id(), Step.REAUTHENTICATE, it.name(), id))
                        .toList());
    }

    private List<Named> nodes(Kind kind, @Nullable List<UUID> wanted) {
        List<Named> all =
                switch (kind) {
                    case GATEWAY_KEY -> store.enrolledGateways();
                    case SITE_KEY -> store.sites();
                    case CONCENTRATOR_KEY -> store.enrolledConcentrators();
                };
        List<UUID> known = all.stream().map(Named::id).toList();
        if (wanted != null && !known.containsAll(wanted)) {
            throw ProblemException.of(
                    ProblemException.Kind.INVALID_REQUEST,
                    "targets",
                    "expected ids of enrolled nodes, or of tunnels, of this kind");
        }
        List<Named> nodes =
                wanted == null
                        ? all
                        : all.stream().filter(node -> wanted.contains(node.id())).toList();
        if (nodes.isEmpty()) {
            throw ProblemException.of(
                    ProblemException.Kind.INVALID_REQUEST, "targets", "there is nothing to rotate");
        }
        return nodes;
    }

    private static Kind kind(String typed) {
        return switch (typed) {
            case "CONCENTRATOR_KEY" -> Kind.CONCENTRATOR_KEY;
            case "GATEWAY_KEY" -> Kind.GATEWAY_KEY;
            case "SITE_KEY" -> Kind.SITE_KEY;
            default ->
                    throw new IllegalArgumentException(
                            "expected CONCENTRATOR_KEY, GATEWAY_KEY or SITE_KEY");
        };
    }

    private static int within(
            FieldErrors errors, String field, @Nullable Integer typed, int otherwise) {
        int value = typed == null ? otherwise : typed;
        if (value < 1 || value > MOST) {
            errors.add(field, "expected a number from 1 to %d".formatted(MOST));
            return otherwise;
        }
        return value;
    }

    /** The one with this id. */
    @Transactional(readOnly = true)
    Optional<Rotation> find(UUID id) {
        return store.find(id);
    }

    /** All that were begun, the newest first. */
    @Transactional(readOnly = true)
    List<Rotation> all() {
        return store.all().stream().flatMap(id -> store.find(id).stream()).toList();
    }

    /**
     * Stops a rotation: the former keys are put back in use. One that is over stays as it is.
     *
     * @throws ProblemException if there is no such rotation, or it is over
     */
    @Transactional
    Rotation abort(UUID id) {
        if (!store.lock(id)) {
            throw unknown();
        }
        Rotation rotation = store.find(id).orElseThrow();
        if (rotation.state() == State.STOPPED) {
            return rotation;
        }
        if (rotation.state() != State.RUNNING) {
            throw ProblemException.of(ProblemException.Kind.CONFLICT, "the rotation is over");
        }
        store.stop(id, "an operator aborted it", true);
        return store.find(id).orElseThrow();
    }

    static ProblemException unknown() {
        return ProblemException.of(ProblemException.Kind.NOT_FOUND, "there is no such rotation");
    }
}
