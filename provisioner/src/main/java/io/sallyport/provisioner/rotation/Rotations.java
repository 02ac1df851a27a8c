package io.sallyport.provisioner.rotation;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.transaction.annotation.Transactional;
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.provisioner.access.Caller;
import io.sallyport.provisioner.authority.RootGenerations;
import io.sallyport.provisioner.problem.FieldErrors;
import io.sallyport.provisioner.problem.ProblemException;
import io.sallyport.provisioner.rotation.Rotation.State;
import io.sallyport.provisioner.rotation.Rotation.Step;
import io.sallyport.provisioner.rotation.Rotation.Target;
import io.sallyport.provisioner.rotation.RotationStore.Named;

import jakarta.inject.Singleton;

import java.time.Clock;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** Plans rotations, begins and aborts them. Every method blocks on the database. */
@Singleton
class Rotations {
    private static final int CANARY = 1;
    private static final int WAVE_SIZE = 20;
    private static final int WAVE_SECONDS = 120;

    /** A branch asks every hour, and takes its time. */
    private static final int SITE_WAVE_SECONDS = 7_500;

    private static final int MOST = 10_000;

    /** An authority lives for five years. */
    private static final Duration LONGEST = Duration.ofDays(5 * 365);

    private final RotationStore store;
    private final RootGenerations roots;
    private final Clock clock;

    Rotations(RotationStore store, RootGenerations roots, Clock clock) {
        this.store = store;
        this.roots = roots;
        this.clock = clock;
    }

    /**
     * Plans a rotation, and begins it unless that is all that is wanted.
     *
     * @throws ProblemException if it cannot be planned, or another is under way that does not let
     *     it begin
     */
    @Transactional
    Rotation begin(NewRotation typed, Caller caller) {
        var errors = new FieldErrors();
        Optional<Kind> kind = errors.required("kind", typed.kind(), Rotations::kind);
        int canary = within(errors, "canary", typed.canary(), CANARY);
        int waveSize = within(errors, "waveSize", typed.waveSize(), WAVE_SIZE);
        int usual =
                kind.filter(Kind::waitsForBranches).isPresent() ? SITE_WAVE_SECONDS : WAVE_SECONDS;
        int seconds = within(errors, "waveSeconds", typed.waveSeconds(), usual);
        Optional<Succession> succession =
                kind.flatMap(
                        it ->
                                switch (it) {
                                    case ISSUING_CA -> succession(errors, typed);
                                    case ROOT -> Optional.of(ofRoots(errors, typed));
                                    case CONCENTRATOR_KEY, GATEWAY_KEY, SITE_KEY ->
                                            Optional.<Succession>empty();
                                });
        errors.throwIfAny();
        boolean dryRun = Boolean.TRUE.equals(typed.dryRun());
        UUID id = UUID.randomUUID();
        RotationPlan plan = new RotationPlan(canary, waveSize);
        switch (kind.orElseThrow()) {
            case CONCENTRATOR_KEY ->
                    named(store.enrolledConcentrators(), typed.targets())
                            .forEach(it -> concentrator(plan, it));
            case GATEWAY_KEY -> gateways(plan, named(store.enrolledGateways(), typed.targets()));
            case SITE_KEY ->
                    plan.inWaves(
                            named(store.sites(), typed.targets()).stream()
                                    .map(this::site)
                                    .toList());
            case ISSUING_CA -> authority(plan, id, succession.orElseThrow(), canary);
            case ROOT -> root(plan, id, typed.targets());
        }
        var rotation =
                new Rotation(
                        id,
                        kind.get(),
                        dryRun ? State.PLANNED : State.RUNNING,
                        Duration.ofSeconds(seconds),
                        dryRun ? null : caller.recorded(),
                        false,
                        null,
                        null,
                        clock.instant(),
                        null,
                        plan.waves(),
                        succession.orElse(null));
        if (!dryRun) {
            requireNoneInTheWay(kind.get(), succession.map(Succession::purpose));
            store.insert(rotation, canary, waveSize);
        }
        return rotation;
    }

    private void requireNoneInTheWay(Kind kind, Optional<AuthorityProfile> purpose) {
        store.lockAll();
        for (UnderWay other : store.underWay()) {
            if (!other.letsBegin(kind, purpose)) {
                throw ProblemException.of(ProblemException.Kind.CONFLICT, other.words());
            }
        }
    }

    private static Target node(Step step, Named node) {
        return Target.pending(node.id(), step, node.name(), node.id());
    }

    private Target site(Named tunnel) {
        return Target.pending(
                tunnel.id(), Step.SITE, tunnel.name(), store.concentrator(tunnel.id()));
    }

    private static List<Target> anew(List<Named> tunnels, Named concentrator) {
        return tunnels.stream()
                .map(
                        it ->
                                Target.pending(
                                        it.id(), Step.REAUTHENTICATE, it.name(), concentrator.id()))
                .toList();
    }

    private void concentrator(RotationPlan plan, Named concentrator) {
        plan.alone(node(Step.CONCENTRATOR, concentrator));
        plan.inWaves(anew(store.tunnels(concentrator.id()), concentrator));
    }

    /**
     * The authority is everywhere before it issues. Then each concentrator shows a certificate of
     * it, which the canaries meet at once; then the branches get theirs, and each SA is
     * authenticated with both.
     */
    private void sites(RotationPlan plan, Named us, int canary) {
        List<Named> concentrators = store.enrolledConcentrators();
        plan.together(concentrators.stream().map(it -> node(Step.DISTRIBUTE, it)).toList());
        plan.alone(node(Step.ISSUE, us));
        for (Named concentrator : concentrators) {
            plan.alone(node(Step.CONCENTRATOR, concentrator));
            plan.together(anew(store.connected(concentrator.id(), canary), concentrator));
        }
        plan.inWaves(store.sites().stream().map(this::site).toList());
    }

    /**
     * Peers trust the root, and TLS sends the authority with each certificate of it. What has to be
     * told of it is who verifies certificates of nodes, which is us.
     */
    private void internal(RotationPlan plan, Named us) {
        plan.alone(node(Step.DISTRIBUTE, us));
        plan.alone(node(Step.ISSUE, us));
        plan.alone(node(Step.LISTENERS, us));
        store.enrolledConcentrators().forEach(it -> plan.alone(node(Step.CONCENTRATOR, it)));
        gateways(plan, store.enrolledGateways());
    }

    /** What teleworkers have cannot be renewed by us: it is accepted until it ends. */
    private void teleworkers(RotationPlan plan, Named us) {
        plan.together(
                store.enrolledGateways().stream().map(it -> node(Step.DISTRIBUTE, it)).toList());
        plan.alone(node(Step.ISSUE, us));
    }

    private static void gateways(RotationPlan plan, List<Named> gateways) {
        plan.inWaves(gateways.stream().map(it -> node(Step.GATEWAY, it)).toList());
    }

    private void authority(RotationPlan plan, UUID rotation, Succession succession, int canary) {
        Named us = new Named(rotation, succession.purpose().name());
        plan.alone(node(Step.AUTHORITY, us));
        if (succession.purpose().equals(AuthorityProfile.SITES)) {
            sites(plan, us, canary);
        } else if (succession.purpose().equals(AuthorityProfile.INTERNAL)) {
            internal(plan, us);
        } else if (succession.purpose().equals(AuthorityProfile.TELEWORKERS)) {
            teleworkers(plan, us);
        } else {
            plan.alone(node(Step.ISSUE, us));
            gateways(plan, store.enrolledGateways());
        }
        plan.alone(node(Step.RETIRE, us));
    }

    /**
     * The root is trusted everywhere before it signs anything. Nobody changes keys: authorities
     * below it are made afterwards, each by a rotation of its own.
     */
    private void root(RotationPlan plan, UUID rotation, @Nullable List<UUID> branches) {
        List<String> underWay = roots.purposesUnderWay();
        if (!underWay.isEmpty()) {
            throw ProblemException.of(
                    ProblemException.Kind.CONFLICT,
                    "the next authority for %s waits, which the present root signed: finish its roll-over first"
                            .formatted(String.join(" and ", underWay)));
        }
        Named us = new Named(rotation, AuthorityProfile.ROOT.name());
        plan.alone(node(Step.AUTHORITY, us));
        plan.together(
                Stream.concat(
                                store.enrolledConcentrators().stream(),
                                store.enrolledGateways().stream())
                        .map(it -> node(Step.DISTRIBUTE, it))
                        .toList());
        List<Named> sites = branches == null ? store.sites() : named(store.sites(), branches);
        plan.inWaves(
                sites.stream()
                        .map(it -> Target.pending(it.id(), Step.TRUST, it.name(), us.id()))
                        .toList());
        plan.alone(node(Step.ISSUE, us));
        plan.alone(node(Step.RETIRE, us));
    }

    private static Optional<Succession> succession(FieldErrors errors, NewRotation typed) {
        if (typed.targets() != null) {
            errors.add("targets", "expected none: an authority is rolled over for all");
        }
        Duration accepted = acceptFormerFor(errors, typed);
        return errors.required("purpose", typed.purpose(), Rotations::purpose)
                .map(purpose -> new Succession(purpose, null, null, accepted));
    }

    private static Succession ofRoots(FieldErrors errors, NewRotation typed) {
        if (typed.purpose() != null) {
            errors.add("purpose", "expected none: there is one root");
        }
        return new Succession(AuthorityProfile.ROOT, null, null, acceptFormerFor(errors, typed));
    }

    @Nullable
    private static Duration acceptFormerFor(FieldErrors errors, NewRotation typed) {
        return typed.acceptFormerFor() == null
                ? null
                : errors.required("acceptFormerFor", typed.acceptFormerFor(), Rotations::time)
                        .orElse(null);
    }

    private static Duration time(String typed) {
        Duration time;
        try {
            time = Duration.parse(typed);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("expected a duration such as P30D", e);
        }
        if (time.isNegative() || time.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("expected a duration up to " + LONGEST);
        }
        if (!time.equals(time.truncatedTo(ChronoUnit.SECONDS))) {
            throw new IllegalArgumentException("expected whole seconds");
        }
        return time;
    }

    private static AuthorityProfile purpose(String typed) {
        return Purposes.of(typed)
                .orElseThrow(() -> new IllegalArgumentException("expected " + Purposes.names()));
    }

    private static List<Named> named(List<Named> all, @Nullable List<UUID> wanted) {
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
            case "ISSUING_CA" -> Kind.ISSUING_CA;
            case "ROOT" -> Kind.ROOT;
            default ->
                    throw new IllegalArgumentException(
                            "expected CONCENTRATOR_KEY, GATEWAY_KEY, SITE_KEY, ISSUING_CA or ROOT");
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
    Rotation abort(UUID id, Caller caller) {
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
        store.abort(id, "an operator aborted it", caller.recorded());
        return store.find(id).orElseThrow();
    }

    static ProblemException unknown() {
        return ProblemException.of(ProblemException.Kind.NOT_FOUND, "there is no such rotation");
    }
}
