package io.sallyport.provisioner.rotation;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.transaction.annotation.Transactional;
import io.sallyport.provisioner.concentrator.DesiredVersions;
import io.sallyport.provisioner.concentrator.Reauthentications;
import io.sallyport.provisioner.gateway.GatewayVersions;
import io.sallyport.provisioner.node.NodeKeys;
import io.sallyport.provisioner.node.NodeKeys.Credential;
import io.sallyport.provisioner.rotation.Rotation.State;
import io.sallyport.provisioner.rotation.Rotation.Step;
import io.sallyport.provisioner.rotation.Rotation.Target;
import io.sallyport.provisioner.rotation.Rotation.TargetState;
import io.sallyport.provisioner.rotation.Rotation.Wave;
import io.sallyport.provisioner.rotation.TunnelSight.Seen;
import io.sallyport.provisioner.tunnel.TunnelCertificates;
import io.sallyport.wire.KeyOrder;
import io.sallyport.wire.KeyOrder.Verdict;

import jakarta.inject.Singleton;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Takes a rotation one step further, each time in one transaction: begins a wave, looks at one, or
 * ends it all. What it decides by is in the database, so it can be killed at any point.
 */
@Singleton
class RotationWork {
    /** After it authenticated anew a tunnel is watched for as long: time for a few probes. */
    private static final Duration PROBED = Duration.ofSeconds(3);

    private final RotationStore store;
    private final TunnelSight sight;
    private final NodeKeys keys;
    private final Reauthentications reauthentications;
    private final TunnelCertificates certificates;
    private final RollOver rollOver;
    private final DesiredVersions concentrators;
    private final GatewayVersions gateways;
    private final Clock clock;

    RotationWork(
            RotationStore store,
            TunnelSight sight,
            NodeKeys keys,
            Reauthentications reauthentications,
            TunnelCertificates certificates,
            RollOver rollOver,
            DesiredVersions concentrators,
            GatewayVersions gateways,
            Clock clock) {
        this.store = store;
        this.sight = sight;
        this.keys = keys;
        this.reauthentications = reauthentications;
        this.certificates = certificates;
        this.rollOver = rollOver;
        this.concentrators = concentrators;
        this.gateways = gateways;
        this.clock = clock;
    }

    /** The rotations under way. Blocks. */
    @Transactional(readOnly = true)
    List<UUID> underWay() {
        return store.underWay().stream().map(UnderWay::id).toList();
    }

    /**
     * Takes one a step further. Blocks.
     *
     * @return whether that led anywhere: there may be something to do at once
     */
    @Transactional
    boolean advance(UUID id) {
        if (!store.lock(id)) {
            return false;
        }
        Rotation rotation = store.find(id).orElseThrow();
        switch (rotation.state()) {
            case RUNNING -> run(rotation);
            case STOPPED -> rollBack(rotation);
            case PLANNED, ROLLED_BACK, DONE, ABORTED -> {}
        }
        return !store.find(id).equals(Optional.of(rotation));
    }

    private void run(Rotation rotation) {
        Optional<Wave> open =
                rotation.waves().stream().filter(wave -> wave.finishedAt() == null).findFirst();
        if (open.isEmpty()) {
            settle(rotation, Verdict.KEEP);
            store.finish(rotation.id(), State.DONE, clock.instant());
        } else if (open.get().startedAt() == null) {
            start(rotation, open.get());
        } else {
            look(rotation, open.get());
        }
    }

    private void start(Rotation rotation, Wave wave) {
        store.waveStarted(rotation.id(), wave.number(), clock.instant());
        boolean ordered = false;
        for (Target target : wave.targets()) {
            Target started =
                    switch (target.step()) {
                        case CONCENTRATOR, GATEWAY -> renew(rotation, target);
                        case SITE -> renewSite(target);
                        case REAUTHENTICATE -> reauthenticate(target);
                        case AUTHORITY, DISTRIBUTE, TRUST, ISSUE, LISTENERS, RETIRE ->
                                target.now(TargetState.RUNNING, "");
                    };
            ordered |= target.step() == Step.REAUTHENTICATE && !started.state().settled();
            store.update(rotation.id(), wave.number(), started);
        }
        if (ordered) {
            concentrators.next(wave.targets().getFirst().node());
        }
    }

    private Target renew(Rotation rotation, Target target) {
        // The node's row first, as everybody locks it before what hangs on it.
        count(target);
        keys.order(target.node(), new KeyOrder(rotation.id(), Verdict.TRY));
        return target.now(TargetState.RUNNING, "asked to make new keys");
    }

    /** The branch hears of it when it asks next. */
    private Target renewSite(Target target) {
        Optional<Seen> found = sight.of(target.id()).filter(Seen::active);
        if (found.isEmpty()) {
            return with(target, TargetState.SKIPPED, "not ordered any more", null, 0L, 0);
        }
        Seen seen = found.get();
        if (!seen.established()) {
            return with(target, TargetState.SKIPPED, "not connected", null, seen.lost(), 0);
        }
        certificates.wishRenewal(target.id(), clock.instant());
        return with(
                        target,
                        TargetState.RUNNING,
                        "asked to renew",
                        orEpoch(seen.watchedTo()),
                        seen.lost(),
                        0)
                .replacing(seen.certificate());
    }

    private static Instant orEpoch(@Nullable Instant instant) {
        return instant == null ? Instant.EPOCH : instant;
    }

    /** What was authenticated since the new key came into force is done by itself. */
    private Target reauthenticate(Target target) {
        Optional<Seen> found = sight.of(target.id()).filter(Seen::active);
        if (found.isEmpty()) {
            return with(target, TargetState.SKIPPED, "not ordered any more", null, 0L, 0);
        }
        Seen seen = found.get();
        if (!seen.established() || seen.watchedTo() == null) {
            return with(
                    target,
                    TargetState.SKIPPED,
                    "not connected: it meets the new key when it dials in",
                    null,
                    seen.lost(),
                    0);
        }
        Instant inForce =
                keys.inForce(target.node()).map(Credential::inForceSince).orElse(Instant.MAX);
        if (seen.authenticatedAt() != null && seen.authenticatedAt().isAfter(inForce)) {
            return with(
                    target,
                    TargetState.DONE,
                    "authenticated by itself at " + seen.authenticatedAt(),
                    seen.authenticatedAt(),
                    seen.lost(),
                    0);
        }
        reauthentications.want(target.id(), seen.watchedTo());
        return with(
                target,
                TargetState.RUNNING,
                "asked to authenticate anew",
                seen.watchedTo(),
                seen.lost(),
                0);
    }

    private void look(Rotation rotation, Wave wave) {
        Instant now = clock.instant();
        boolean settled = true;
        Optional<String> failure = Optional.empty();
        for (Target target : wave.targets()) {
            if (target.state().settled()) {
                continue;
            }
            Target seen =
                    switch (target.step()) {
                        case REAUTHENTICATE -> lookAtTunnel(wave, target);
                        case SITE -> lookAtSite(rotation, wave, target);
                        case CONCENTRATOR, GATEWAY -> lookAtNode(rotation, target);
                        case AUTHORITY -> rollOver.authority(rotation, target);
                        case DISTRIBUTE -> rollOver.distribution(rotation, target);
                        case TRUST -> rollOver.trust(rotation, target, sight.of(target.id()));
                        case ISSUE -> rollOver.issue(rotation, target);
                        case LISTENERS -> rollOver.listeners(target);
                        case RETIRE -> rollOver.retire(rotation, target);
                    };
            boolean late =
                    rotation.limit(wave)
                            .filter(limit -> now.isAfter(wave.startedAt().plus(limit)))
                            .isPresent();
            if (!seen.state().settled() && seen.state() != TargetState.FAILED && late) {
                seen =
                        with(
                                seen,
                                TargetState.FAILED,
                                seen.detail() + "; that took too long",
                                seen.authenticatedAfter(),
                                seen.lostBefore(),
                                seen.lostPackets());
            }
            if (seen.state() == TargetState.FAILED) {
                failure = Optional.of("%s: %s".formatted(seen.name(), seen.detail()));
            }
            settled &= seen.state().settled();
            if (!seen.equals(target)) {
                store.update(rotation.id(), wave.number(), seen);
            }
        }
        if (failure.isPresent()) {
            store.waveFinished(rotation.id(), wave.number(), now);
            store.stop(rotation.id(), failure.get());
        } else if (settled) {
            store.waveFinished(rotation.id(), wave.number(), now);
            reauthentications.forget(
                    wave.targets().stream()
                            .filter(target -> target.step() == Step.REAUTHENTICATE)
                            .map(Target::id)
                            .toList());
        }
    }

    private Target lookAtNode(Rotation rotation, Target target) {
        boolean changed =
                keys.inForce(target.node())
                        .filter(it -> rotation.id().equals(it.order()))
                        .isPresent();
        return changed ? target.now(TargetState.DONE, "works with the new keys") : target;
    }

    /** First it has a new certificate; what is authenticated after that is so with it. */
    private Target lookAtSite(Rotation rotation, Wave wave, Target target) {
        Optional<Seen> found = sight.of(target.id()).filter(Seen::active);
        boolean renewed =
                found.isPresent()
                        && !Objects.equals(found.get().certificate(), target.formerCertificate())
                        && isOf(rotation.succession(), found.get().issuer());
        if (found.isPresent() && !renewed) {
            // What is authenticated later than the last report without it.
            return with(
                    target,
                    TargetState.RUNNING,
                    "asked to renew",
                    orEpoch(found.get().watchedTo()),
                    target.lostBefore(),
                    found.get().lost() - target.lostBefore());
        }
        return lookAtTunnel(wave, target);
    }

    private static boolean isOf(@Nullable Succession succession, @Nullable String issuer) {
        return succession == null || Objects.equals(succession.authority(), issuer);
    }

    private Target lookAtTunnel(Wave wave, Target target) {
        Optional<Seen> found = sight.of(target.id()).filter(Seen::active);
        if (found.isEmpty()) {
            return with(target, TargetState.SKIPPED, "cancelled meanwhile", null, 0L, 0);
        }
        Seen seen = found.get();
        long lost = seen.lost() - target.lostBefore();
        Instant after = target.authenticatedAfter();
        if (!seen.carrying() && seen.carryingSince().isAfter(wave.startedAt())) {
            return with(
                    target,
                    TargetState.FAILED,
                    "carries nothing since " + seen.carryingSince(),
                    after,
                    target.lostBefore(),
                    lost);
        }
        boolean anew = seen.authenticatedAt() != null && seen.authenticatedAt().isAfter(after);
        boolean probed = anew && seen.watchedTo().isAfter(seen.authenticatedAt().plus(PROBED));
        boolean done = probed && seen.carrying();
        return with(
                target,
                done ? TargetState.DONE : TargetState.RUNNING,
                anew
                        ? "authenticated anew at " + seen.authenticatedAt()
                        : "asked to authenticate anew",
                after,
                target.lostBefore(),
                lost);
    }

    /** The former keys are back in use when every node says so. */
    private void rollBack(Rotation rotation) {
        rollOver.undo(rotation);
        settle(rotation, Verdict.RETURN);
        boolean back =
                rotation.nodes().stream()
                        .noneMatch(
                                target ->
                                        keys.inForce(target.node())
                                                .filter(it -> rotation.id().equals(it.order()))
                                                .isPresent());
        if (back) {
            store.finish(
                    rotation.id(),
                    rotation.aborted() ? State.ABORTED : State.ROLLED_BACK,
                    clock.instant());
        }
    }

    /** Tells every node that was asked what is to become of its keys, once. */
    private void settle(Rotation rotation, Verdict verdict) {
        KeyOrder order = new KeyOrder(rotation.id(), verdict);
        var seen = new TreeSet<UUID>();
        for (Target target : rotation.nodes()) {
            boolean asked =
                    keys.order(target.node())
                            .filter(it -> it.id().equals(order.id()) && !it.equals(order))
                            .isPresent();
            if (asked && seen.add(target.node())) {
                count(target);
                keys.order(target.node(), order);
            }
        }
        reauthentications.forget(rotation.tunnels());
        rotation.sites().forEach(certificates::withdrawWish);
    }

    private void count(Target target) {
        if (target.step() == Step.GATEWAY) {
            gateways.changed(List.of(target.node()));
        } else {
            concentrators.next(target.node());
        }
    }

    private static Target with(
            Target target,
            TargetState state,
            String detail,
            Instant authenticatedAfter,
            Long lostBefore,
            long lostPackets) {
        return new Target(
                target.id(),
                target.step(),
                target.name(),
                target.node(),
                state,
                detail,
                authenticatedAfter,
                lostBefore,
                lostPackets,
                target.formerCertificate());
    }
}
