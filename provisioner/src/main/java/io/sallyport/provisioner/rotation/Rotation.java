package io.sallyport.provisioner.rotation;

import io.micronaut.core.annotation.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A rotation as it is stored.
 *
 * @param waveLimit a wave that is not verified by then has failed
 * @param aborted whether an operator stopped it
 * @param cause why it was stopped; null if it was not
 * @param waves in their order
 */
record Rotation(
        UUID id,
        Kind kind,
        State state,
        Duration waveLimit,
        boolean aborted,
        @Nullable String cause,
        Instant startedAt,
        @Nullable Instant finishedAt,
        List<Wave> waves) {
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
        SITE
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

        static Target pending(UUID id, Step step, String name, UUID node) {
            return new Target(id, step, name, node, TargetState.PENDING, "", null, null, 0, null);
        }
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

    /** Tunnels whose branches are to renew. */
    List<UUID> sites() {
        return of(Step.SITE);
    }

    /** Tunnels whose SAs are to be authenticated anew. */
    List<UUID> tunnels() {
        return of(Step.REAUTHENTICATE);
    }

    private List<UUID> of(Step step) {
        return waves.stream()
                .flatMap(wave -> wave.targets().stream())
                .filter(target -> target.step() == step)
                .map(Target::id)
                .toList();
    }
}
