package io.sallyport.concentrator.reconcile;

import io.sallyport.node.enrolment.Pem;
import io.sallyport.vici.ViciMessage;
import io.sallyport.vici.ViciValue;
import io.sallyport.wire.DesiredState;
import io.sallyport.wire.DesiredState.Authority;
import io.sallyport.wire.DesiredState.DesiredTunnel;
import io.sallyport.wire.DesiredState.Revocation;
import io.sallyport.wire.DesiredState.RevocationList;
import io.sallyport.wire.IpNetwork;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * A desired state, worked out: what to load under which name, with its digest. Made once for each
 * version; passes only compare.
 *
 * @param key the node's private key
 * @param certificate the certificate for it
 * @param authorities by name
 * @param revocationLists by the authority's name
 * @param connections by name
 * @param networks every remote network
 * @param obstacle why no connection may be loaded, if so
 */
record Target(
        long version,
        Credential key,
        Credential certificate,
        Map<String, Credential> authorities,
        Map<String, Credential> revocationLists,
        Map<String, Connection> connections,
        Set<IpNetwork> networks,
        Optional<String> obstacle) {

    /** Stands in a digest before that of the issuers. */
    private static final char ISSUERS = ':';

    /** A credential; may be a private key, so it is never printed. Equal by name and digest. */
    static final class Credential {
        private final String name;
        private final String digest;
        private final byte[] content;

        private Credential(String name, byte[] content) {
            this.name = name;
            this.digest = Digest.of(content);
            this.content = content;
        }

        /**
         * @param name of the authority, or empty for the node's own
         */
        static Credential of(String name, byte[] content) {
            return new Credential(name, content);
        }

        static Credential of(String name, String pem) {
            return of(name, pem.getBytes(StandardCharsets.US_ASCII));
        }

        String name() {
            return name;
        }

        String digest() {
            return digest;
        }

        /** Whether it fits into a VICI value. */
        boolean fits() {
            return content.length <= ViciValue.MAX_LENGTH;
        }

        /** PEM or DER, as charon takes it. */
        byte[] content() {
            return content;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Credential that
                    && name.equals(that.name)
                    && digest.equals(that.digest);
        }

        @Override
        public int hashCode() {
            return digest.hashCode();
        }

        @Override
        public String toString() {
            return "Credential[name=%s, digest=%s]".formatted(name, digest);
        }
    }

    /**
     * A connection; what it was made from, and what charon gets.
     *
     * @param digest of the definition, of the issuers and of the revocation, each apart: another
     *     issuer is loaded and leaves live SAs alone, a revocation ends what stood before it, once
     * @param revocation of a certificate of the branch
     */
    record Connection(
            UUID tunnel,
            String name,
            String digest,
            Supplier<ViciMessage> source,
            Set<IpNetwork> networks,
            Optional<Revocation> revocation) {
        /** What charon gets; made when it does, because most connections are there already. */
        ViciMessage definition() {
            return source.get();
        }
    }

    /**
     * Works a state out. Only authorities with a CRL issue for tunnels (that is what a CRL is here
     * for), so a branch's certificate has to come from one of them.
     */
    static Target of(DesiredState desired, NodeCredentials node) {
        Map<String, Credential> revocationLists = new LinkedHashMap<>();
        for (RevocationList list : desired.revocationLists()) {
            // A third shorter than PEM: a VICI value is bounded.
            byte[] der = Pem.decode("X509 CRL", list.crlPem());
            revocationLists.put(list.authority(), Credential.of(list.authority(), der));
        }
        Map<String, Credential> authorities = new LinkedHashMap<>();
        Set<String> issuers = new LinkedHashSet<>();
        for (Authority authority : desired.authorities()) {
            authorities.put(
                    authority.name(), Credential.of(authority.name(), authority.certificatePem()));
            if (revocationLists.containsKey(authority.name())) {
                issuers.add(authority.certificatePem());
            }
        }
        String issuersDigest = Digest.of(String.join("", issuers));
        Map<String, Connection> connections = new LinkedHashMap<>();
        for (DesiredTunnel tunnel : desired.tunnels()) {
            // Which authorities are accepted changes while they are rolled over.
            ViciMessage rest = ConnectionDefinition.of(tunnel, desired.local(), List.of());
            connections.put(
                    tunnel.connectionName(),
                    new Connection(
                            tunnel.id(),
                            tunnel.connectionName(),
                            digest(rest, issuersDigest, tunnel.revocation()),
                            () -> ConnectionDefinition.of(tunnel, desired.local(), issuers),
                            Set.copyOf(tunnel.remoteNetworks()),
                            tunnel.revocation()));
        }
        return new Target(
                desired.version(),
                Credential.of("", node.ikeKey().getEncoded()),
                Credential.of("", node.ikeCertificatePem()),
                authorities,
                revocationLists,
                connections,
                desired.networksOfBranches(),
                issuers.isEmpty() && !connections.isEmpty()
                        ? Optional.of("no authority of the desired state has a CRL")
                        : Optional.empty());
    }

    /**
     * Why a branch has to stay out, if so: charon cannot be told of its revoked certificate,
     * because the CRL does not fit into a VICI value.
     */
    Optional<String> keepsOut(Connection connection) {
        return revocationLists.values().stream().allMatch(Credential::fits)
                ? Optional.empty()
                : connection
                        .revocation()
                        .map(it -> it.cause() + "; charon cannot be told, its CRL is too long");
    }

    private static String digest(
            ViciMessage definition, String issuers, Optional<Revocation> revocation) {
        return Digest.of(definition) + ISSUERS + issuers + revocation.map(Target::mark).orElse("");
    }

    /**
     * Whether what stands on a connection of this digest stands on this one, too. A digest without
     * issuers is of an earlier version of this program; nothing is known of it.
     */
    static boolean leavesSasAlone(Connection connection, String loadedDigest) {
        int issuers = loadedDigest.indexOf(ISSUERS);
        return !revokedSince(connection, loadedDigest)
                && (issuers < 0
                        || connection.digest().startsWith(loadedDigest.substring(0, issuers + 1)));
    }

    private static String mark(Revocation revocation) {
        return "-" + revocation.serialNumber();
    }

    /** Whether a connection of this digest was loaded before its branch's revocation was known. */
    static boolean revokedSince(Connection connection, String loadedDigest) {
        return connection.revocation().filter(it -> !loadedDigest.endsWith(mark(it))).isPresent();
    }
}
