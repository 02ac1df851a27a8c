package io.sallyport.provisioner.rotation;

import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.provisioner.authority.AuthorityGenerations;
import io.sallyport.provisioner.authority.NextAuthority;
import io.sallyport.provisioner.authority.RootGenerations;
import io.sallyport.provisioner.rotation.Rotation.Target;
import io.sallyport.provisioner.rotation.Rotation.TargetState;
import io.sallyport.provisioner.rotation.TunnelSight.Seen;

import jakarta.inject.Singleton;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * The steps of a rotation that are about authorities. Each runs in the caller's transaction and can
 * be taken again. Blocks.
 */
@Singleton
class RollOver {
    private final AuthorityGenerations generations;
    private final RootGenerations roots;
    private final RotationStore store;

    RollOver(AuthorityGenerations generations, RootGenerations roots, RotationStore store) {
        this.generations = generations;
        this.roots = roots;
        this.store = store;
    }

    /**
     * Makes the next authority, or finds out what it waits for. While it waits for a ceremony
     * others go on; then nothing is taken over until they are done, because from there on this one
     * has to be alone.
     */
    Target authority(Rotation rotation, Target target) {
        store.lockAll();
        Optional<UnderWay> other =
                store.underWay().stream()
                        .filter(each -> !each.id().equals(rotation.id()) && !each.awaitsCeremony())
                        .findFirst();
        if (other.isPresent()) {
            return target.now(
                    TargetState.RUNNING,
                    "what a key ceremony signs is taken over when rotation %s is over"
                            .formatted(other.get().id()));
        }
        Succession succession = rotation.succession();
        NextAuthority next =
                succession.isOfRoots() ? roots.next() : generations.next(succession.purpose());
        return switch (next) {
            case NextAuthority.There(var name) -> {
                store.authority(rotation.id(), name);
                store.awaitsCeremony(rotation.id(), false);
                yield target.now(TargetState.DONE, "\"%s\" is there".formatted(name));
            }
            case NextAuthority.Awaited(var what) -> {
                store.awaitsCeremony(rotation.id(), true);
                yield target.now(TargetState.RUNNING, what);
            }
            case NextAuthority.Failed(var why) -> target.now(TargetState.FAILED, why);
        };
    }

    /**
     * Whether a concentrator's charon itself says that it has the authority and its newest CRL (a
     * gateway fetches its next state when it has put the present one into force), and whether we
     * accept it ourselves. The target that has the rotation's id is we ourselves.
     */
    Target distribution(Rotation rotation, Target target) {
        if (rotation.succession().isOfRoots()) {
            return rootDistribution(rotation, target);
        }
        if (target.node().equals(rotation.id())) {
            return listeners(target);
        }
        if (rotation.succession().purpose().equals(AuthorityProfile.TELEWORKERS)) {
            return store.hasNewestState(target.node())
                    ? target.now(TargetState.DONE, "has the state with the authority and its CRL")
                    : target.now(TargetState.RUNNING, "did not fetch its newest state yet");
        }
        Optional<Set<String>> trust = store.trustOf(target.node());
        if (trust.isEmpty()) {
            return target.now(
                    TargetState.RUNNING, "does not say which authorities its charon trusts");
        }
        if (!trust.get().containsAll(generations.fingerprints(authority(rotation)))) {
            return target.now(
                    TargetState.RUNNING, "its charon does not have the authority and its CRL");
        }
        return generations.isAcceptedHere()
                ? target.now(TargetState.DONE, "its charon has the authority and its CRL")
                : listeners(target);
    }

    /** What a node trusts in TLS, it takes from the state whose authorities charon has. */
    private Target rootDistribution(Rotation rotation, Target target) {
        boolean gateway =
                store.enrolledGateways().stream().anyMatch(it -> it.id().equals(target.node()));
        if (gateway) {
            return store.hasNewestState(target.node())
                    ? target.now(TargetState.DONE, "has the state with the root")
                    : target.now(TargetState.RUNNING, "did not fetch its newest state yet");
        }
        return store.trustOf(target.node())
                        .filter(trust -> trust.contains(roots.fingerprint(authority(rotation))))
                        .isPresent()
                ? target.now(TargetState.DONE, "its charon has the root")
                : target.now(TargetState.RUNNING, "its charon does not have the root");
    }

    /** Whether a branch that is connected says that it trusts the next root. */
    Target trust(Rotation rotation, Target target, Optional<Seen> sight) {
        Optional<Seen> found = sight.filter(Seen::active);
        if (found.isEmpty()) {
            return target.now(TargetState.SKIPPED, "not ordered any more");
        }
        if (!found.get().established()) {
            return target.now(
                    TargetState.SKIPPED, "not connected: it learns of it when it asks next");
        }
        Optional<Set<String>> trusted = store.rootsOf(target.id());
        if (trusted.isEmpty()) {
            return target.now(TargetState.RUNNING, "does not say which roots it trusts");
        }
        return trusted.get().contains(roots.fingerprint(authority(rotation)))
                ? target.now(TargetState.DONE, "trusts it")
                : target.now(TargetState.RUNNING, "did not ask for the root yet");
    }

    /** Whether our own listeners accept what they should, and show what they should. */
    Target listeners(Target target) {
        return generations.isAcceptedHere()
                ? target.now(TargetState.DONE, "the listeners have changed over")
                : target.now(TargetState.RUNNING, "the listeners have not changed over yet");
    }

    /** From now on the next one issues. */
    Target issue(Rotation rotation, Target target) {
        String former =
                rotation.succession().isOfRoots()
                        ? roots.promote(authority(rotation))
                        : generations.promote(authority(rotation));
        store.former(rotation.id(), former);
        return target.now(
                TargetState.DONE,
                "\"%s\" issues in the place of \"%s\"".formatted(authority(rotation), former));
    }

    /** Decides until when the former one is accepted. */
    Target retire(Rotation rotation, Target target) {
        Succession succession = rotation.succession();
        Instant until =
                succession.isOfRoots()
                        ? roots.retire(succession.former(), succession.acceptFormerFor())
                        : generations.retire(succession.former(), succession.acceptFormerFor());
        return target.now(
                TargetState.DONE,
                "\"%s\" is accepted until %s".formatted(succession.former(), until));
    }

    /** The former one issues again, if it did not do so all the time. */
    void undo(Rotation rotation) {
        Succession succession = rotation.succession();
        if (succession == null || succession.former() == null) {
            return;
        }
        if (succession.isOfRoots()) {
            roots.demote(succession.authority(), succession.former());
        } else {
            generations.demote(succession.authority(), succession.former());
        }
    }

    private static String authority(Rotation rotation) {
        return Optional.ofNullable(rotation.succession().authority()).orElseThrow();
    }
}
