package io.sallyport.concentrator.reconcile;

import io.sallyport.wire.IpNetwork;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What is in this charon, and which routes of ours there are, as far as is known. Mutable; owned by
 * the reconciling thread.
 */
final class Loaded {
    /** Digest of a connection that charon has and that this process did not load. */
    static final String UNKNOWN_DIGEST = "";

    private Optional<Key> key = Optional.empty();
    private final Set<String> superseded = new HashSet<>();
    private final Map<String, String> authorities = new HashMap<>();
    private final Map<String, String> revocationLists = new HashMap<>();
    private final Map<String, String> connections = new HashMap<>();
    private final Set<String> outdated = new HashSet<>();
    private final Set<IpNetwork> routes = new HashSet<>();

    /** A loaded private key: what it was made from, and how charon names it. */
    record Key(String digest, String charonId) {}

    /**
     * What is kept on disk, so that a restart of this process does not disturb charon.
     *
     * @param charonSince start of the charon that has all this
     */
    record Remembered(
            String charonSince,
            String keyDigest,
            String keyId,
            Map<String, String> authorities,
            Map<String, String> revocationLists,
            Map<String, String> connections,
            Set<String> outdated,
            Set<String> superseded) {
        Remembered {
            Objects.requireNonNull(charonSince, "charonSince");
            Objects.requireNonNull(keyDigest, "keyDigest");
            Objects.requireNonNull(keyId, "keyId");
            authorities = Map.copyOf(authorities);
            revocationLists = Map.copyOf(revocationLists);
            connections = Map.copyOf(connections);
            outdated = Set.copyOf(outdated);
            superseded = Set.copyOf(Objects.requireNonNullElse(superseded, Set.of()));
        }
    }

    Optional<Key> key() {
        return key;
    }

    /** What was loaded before is to be unloaded. */
    void key(Key loaded) {
        key.map(Key::charonId).ifPresent(superseded::add);
        superseded.remove(loaded.charonId());
        key = Optional.of(loaded);
    }

    /** Keys of this node, as charon names them, that are not to be used any more. */
    Set<String> superseded() {
        return superseded;
    }

    /** Digests by name. */
    Map<String, String> authorities() {
        return authorities;
    }

    /** Digests by the authority's name. */
    Map<String, String> revocationLists() {
        return revocationLists;
    }

    /** Digests by name. */
    Map<String, String> connections() {
        return connections;
    }

    /**
     * Names whose SAs, if there are any, stand on a connection that was changed or unloaded since:
     * they are to be ended, also when the pass that began it did not come that far.
     */
    Set<String> outdated() {
        return outdated;
    }

    /** Networks that have a blackhole route of ours. */
    Set<IpNetwork> routes() {
        return routes;
    }

    /** It is another charon: it knows nothing. The kernel's routes stay. */
    void forgetCharon() {
        forgetCredentials();
        superseded.clear();
        connections.clear();
        outdated.clear();
    }

    void routesAre(Collection<IpNetwork> present) {
        routes.clear();
        routes.addAll(present);
    }

    /** Takes what charon says it has for the truth. */
    void correct(
            Collection<String> keys,
            Collection<String> authorityNames,
            Collection<String> connectionNames) {
        superseded.retainAll(keys);
        // Somebody cleared or replaced credentials; CRLs are not listed by name, so all are
        // suspect.
        if (key.filter(loaded -> keys.contains(loaded.charonId())).isEmpty()
                || !authorityNames.containsAll(authorities.keySet())) {
            forgetCredentials();
        }
        connections.keySet().retainAll(Set.copyOf(connectionNames));
        for (String name : connectionNames) {
            if (name.startsWith(Reconciler.OUR_PREFIX)) {
                connections.putIfAbsent(name, UNKNOWN_DIGEST);
            }
        }
    }

    private void forgetCredentials() {
        key = Optional.empty();
        authorities.clear();
        revocationLists.clear();
    }

    Remembered remembered(String charonSince) {
        return new Remembered(
                charonSince,
                key.map(Key::digest).orElse(""),
                key.map(Key::charonId).orElse(""),
                authorities,
                revocationLists,
                connections,
                outdated,
                superseded);
    }

    void restore(Remembered former) {
        forgetCharon();
        key =
                former.keyId().isEmpty()
                        ? Optional.empty()
                        : Optional.of(new Key(former.keyDigest(), former.keyId()));
        authorities.putAll(former.authorities());
        revocationLists.putAll(former.revocationLists());
        connections.putAll(former.connections());
        outdated.addAll(former.outdated());
        superseded.addAll(former.superseded());
    }
}
