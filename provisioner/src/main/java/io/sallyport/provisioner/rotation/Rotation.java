package io.sallyport.provisioner.rotation;

import io.micronaut.core.annotation.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * A rotation as it is stored.
 *
 * @param waveLimit a wave that is not verified by then has failed
 * @param begunBy who began it; null of one that an earlier version began, or that is only planned
 * @param aborted whether an operator stopped it
 * @param abortedBy who that was; null if nobody, or in an earlier version
 * @param cause why it was stopped; null if it was not
 * @param waves in their order
 * @param succession of authorities; null if it changes keys alone
 */
record Rotation(
        UUID id,
        Kind kind,
        State state,
        Duration waveLimit,
        @Nullable String begunBy,
        boolean aborted,
        @Nullable String abortedBy,
        @Nullable String cause,
        Instant startedAt,
        @Nullable Instant finishedAt,
        List<Wave> waves,
        @Nullable Succession succession) {
    /** What is not waited for by a person, or by a branch that asks every hour, is quick. */
    private static final Duration QUICK = Duration.ofMinutes(2);

    Rotation {
        waves = List.copyOf(waves);
    }

    /** How far it is. */
    enum State {
        /** Only worked out; nothing is stored and nothing happens. */
        PLANNED,
        /** Wave after wave. */
        RUNNING,
        /** The former keys are being put back in use. */
        STOPPED,
        /** A wave failed; the former keys are in use. */
        ROLLED_BACK,
        /** Every wave was verified. */
        DONE,
        /** An operator stopped it; the former keys are in use. */
        ABORTED
    }

    /** What is done to a target. */
    enum Step {
        /** A concentrator makes new keys and works with them. */
        CONCENTRATOR,
        /** A gateway makes new keys and works with them. */
        GATEWAY,
        /** The SA of a tunnel is authenticated with its concentrator's new key. */
        REAUTHENTICATE,
        /** A branch renews its key, and its SA is authenticated with it. */
        SITE,
        /** There is a next authority. */
        AUTHORITY,
        /** A node accepts what the next authority will issue. */
        DISTRIBUTE,
        /** A branch says that it trusts the next root. */
        TRUST,
        /** From now on the next authority issues. */
        ISSUE,
        /** This service itself shows certificates of the authority that issues now. */
        LISTENERS,
        /** It is decided until when the former authority is accepted. */
        RETIRE
    }

    /** How far a target is. */
    enum TargetState {
        PENDING,
        RUNNING,
        DONE,
        /** There was nothing to do. */
        SKIPPED,
        FAILED;

        boolean settled() {
            return this == DONE || this == SKIPPED;
        }
    }

    /** What is changed together; verified before the next. */
    record Wave(
            int number,
            @Nullable Instant startedAt,
            @Nullable Instant finishedAt,
            List<Target> targets) {
        Wave {
            targets = List.copyOf(targets);
        }
    }

    /**
     * One thing that is changed.
     *
     * @param id of the concentrator, gateway or tunnel
     * @param node whose desired state it is in
     * @param authenticatedAfter what is waited for, by the concentrator's clock
     * @param lostBefore probes lost before the wave began
     * @param lostPackets probes lost since then
     * @param formerCertificate of a branch, before the wave began
     */
    record Target(
            UUID id,
            Step step,
            String name,
            UUID node,
            TargetState state,
            String detail,
            @Nullable Instant authenticatedAfter,
            @Nullable Long lostBefore,
            long lostPackets,
            @Nullable UUID formerCertificate) {
        /** With the certificate that it has before the wave. */
        Target replacing(@Nullable UUID certificate) {
            return new Target(
                    id,
                    step,
                    name,
                    node,
                    state,
                    detail,
                    authenticatedAfter,
                    lostBefore,
                    lostPackets,
                    certificate);
        }

        /** In another state, with these words. */
        Target now(TargetState next, String words) {
            return new Target(
                    id,
                    step,
                    name,
                    node,
                    next,
                    words,
                    authenticatedAfter,
                    lostBefore,
                    lostPackets,
                    formerCertificate);
        }

        /**
         * What it lost; empty where nobody counted. Probes go through tunnels alone, so of a node
         * nothing is known, and nothing of what was not begun or was passed over.
         */
        OptionalLong measuredLoss() {
            boolean probed = step == Step.REAUTHENTICATE || step == Step.SITE;
            return probed && lostBefore != null && state != TargetState.SKIPPED
                    ? OptionalLong.of(lostPackets)
                    : OptionalLong.empty();
        }

        static Target pending(UUID id, Step step, String name, UUID node) {
            return new Target(id, step, name, node, TargetState.PENDING, "", null, null, 0, null);
        }
    }

    /** How long a wave may take; empty for one that waits for a key ceremony. */
    Optional<Duration> limit(Wave wave) {
        if (succession == null) {
            return Optional.of(waveLimit);
        }
        return switch (wave.targets().getFirst().step()) {
            case AUTHORITY -> Optional.empty();
            case SITE, TRUST -> Optional.of(waveLimit);
            case CONCENTRATOR, GATEWAY, REAUTHENTICATE, DISTRIBUTE, ISSUE, LISTENERS, RETIRE ->
                    Optional.of(waveLimit.compareTo(QUICK) < 0 ? waveLimit : QUICK);
        };
    }

    /** Nodes whose keys it changes. */
    List<Target> nodes() {
        return waves.stream()
                .flatMap(wave -> wave.targets().stream())
                .filter(
                        target ->
                                target.step() == Step.CONCENTRATOR || target.step() == Step.GATEWAY)
                .toList();
    }

    /** Tunnels whose branches were asked to renew. */
    List<UUID> sites() {
        return of(Step.SITE);
    }

    /** Tunnels whose SAs were asked to be authenticated anew. */
    List<UUID> tunnels() {
        return of(Step.REAUTHENTICATE);
    }

    private List<UUID> of(Step step) {
        // A wave that was not begun asked nobody: what is asked there is another rotation's.
        return waves.stream()
                .filter(wave -> wave.startedAt() != null)
                .flatMap(wave -> wave.targets().stream())
                .filter(target -> target.step() == step)
                .map(Target::id)
                .toList();
    }
}
