package io.sallyport.wire;

import com.fasterxml.jackson.annotation.JsonInclude;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What one concentrator's charon has to be. Versions of one concentrator only grow; two states of
 * the same version are equal.
 *
 * @param version counts the changes of this concentrator's state
 * @param concentrator the concentrator's id
 * @param local the concentrator's own end of every tunnel
 * @param authorities CA certificates that charon may trust, roots first, by which the node also
 *     trusts the provisioner
 * @param revocationLists the newest CRL of each authority that issues for tunnels
 * @param tunnels every ordered tunnel; no id and no remote identity occurs twice
 * @param keys which keys the node is to have, if others than it made by itself
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record DesiredState(
        long version,
        UUID concentrator,
        LocalEndpoint local,
        List<Authority> authorities,
        List<RevocationList> revocationLists,
        List<DesiredTunnel> tunnels,
        Optional<KeyOrder> keys) {

    /** One without an order for keys. */
    public DesiredState(
            long version,
            UUID concentrator,
            LocalEndpoint local,
            List<Authority> authorities,
            List<RevocationList> revocationLists,
            List<DesiredTunnel> tunnels) {
        this(version, concentrator, local, authorities, revocationLists, tunnels, Optional.empty());
    }

    /**
     * @throws IllegalArgumentException if a tunnel occurs twice
     */
    public DesiredState {
        Objects.requireNonNull(concentrator, "concentrator");
        Objects.requireNonNull(local, "local");
        authorities = List.copyOf(authorities);
        revocationLists = List.copyOf(revocationLists);
        tunnels = List.copyOf(tunnels);
        keys = Objects.requireNonNullElse(keys, Optional.empty());
        Set<Object> seen = new HashSet<>();
        for (DesiredTunnel tunnel : tunnels) {
            if (!seen.add(tunnel.id()) || !seen.add(tunnel.remoteIdentity())) {
                throw new IllegalArgumentException("tunnel %s occurs twice".formatted(tunnel.id()));
            }
        }
    }

    /** Every network behind a branch; packets for it leave through its tunnel or not at all. */
    public Set<IpNetwork> networksOfBranches() {
        return tunnels.stream()
                .flatMap(tunnel -> tunnel.remoteNetworks().stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * The concentrator's own end.
     *
     * @param identity IKE identity, also the dNSName of its certificate
     * @param ikeAddress address on which charon is reached
     * @param probeSource inner address that probes are sent from; it lies in one of every tunnel's
     *     local networks
     */
    public record LocalEndpoint(DnsName identity, IpAddress ikeAddress, IpAddress probeSource) {
        public LocalEndpoint {
            Objects.requireNonNull(identity, "identity");
            Objects.requireNonNull(ikeAddress, "ikeAddress");
            Objects.requireNonNull(probeSource, "probeSource");
        }
    }

    /**
     * A CA certificate.
     *
     * @param name unique in this state, one DNS label
     * @param certificatePem the certificate in PEM (RFC 7468)
     */
    public record Authority(String name, String certificatePem) {
        public Authority {
            if (!DnsName.isLabel(name)) {
                throw new IllegalArgumentException("expected a DNS label, got " + name);
            }
            Objects.requireNonNull(certificatePem, "certificatePem");
        }
    }

    /**
     * A CRL.
     *
     * @param authority name of the authority that signed it
     * @param number its CRL number (RFC 5280 section 5.2.3)
     * @param crlPem the CRL in PEM (RFC 7468)
     */
    public record RevocationList(String authority, long number, String crlPem) {
        public RevocationList {
            Objects.requireNonNull(authority, "authority");
            Objects.requireNonNull(crlPem, "crlPem");
        }
    }

    /**
     * One tunnel: one IKE connection with one CHILD_SA.
     *
     * @param id the tunnel's id
     * @param remoteIdentity the branch's IKE identity, also the dNSName of its certificate
     * @param localNetworks traffic selectors on the concentrator's side
     * @param remoteNetworks traffic selectors on the branch's side, the probe address included
     * @param probeAddress inner address at the branch that answers probes
     * @param crypto what may be negotiated
     * @param authenticatedAfter an IKE_SA that was authenticated then or before is to be
     *     authenticated anew without an interruption; by the concentrator's own clock, as it
     *     reported it
     * @param revocation of a certificate of the branch: what was authenticated before the
     *     concentrator heard of it is to be ended, once
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record DesiredTunnel(
            UUID id,
            DnsName remoteIdentity,
            List<IpNetwork> localNetworks,
            List<IpNetwork> remoteNetworks,
            IpAddress probeAddress,
            CryptoPolicy crypto,
            Optional<Instant> authenticatedAfter,
            Optional<Revocation> revocation) {
        /** Name of every tunnel's only CHILD_SA configuration. */
        public static final String CHILD_NAME = "lan";

        /** One of which no certificate was revoked. */
        public DesiredTunnel(
                UUID id,
                DnsName remoteIdentity,
                List<IpNetwork> localNetworks,
                List<IpNetwork> remoteNetworks,
                IpAddress probeAddress,
                CryptoPolicy crypto,
                Optional<Instant> authenticatedAfter) {
            this(
                    id,
                    remoteIdentity,
                    localNetworks,
                    remoteNetworks,
                    probeAddress,
                    crypto,
                    authenticatedAfter,
                    Optional.empty());
        }

        /** One whose IKE_SA may be of any age. */
        public DesiredTunnel(
                UUID id,
                DnsName remoteIdentity,
                List<IpNetwork> localNetworks,
                List<IpNetwork> remoteNetworks,
                IpAddress probeAddress,
                CryptoPolicy crypto) {
            this(
                    id,
                    remoteIdentity,
                    localNetworks,
                    remoteNetworks,
                    probeAddress,
                    crypto,
                    Optional.empty());
        }

        /**
         * @throws IllegalArgumentException if a list is empty or the probe address is outside the
         *     remote networks
         */
        public DesiredTunnel {
            Objects.requireNonNull(id, "id");
            Objects.requireNonNull(remoteIdentity, "remoteIdentity");
            Objects.requireNonNull(probeAddress, "probeAddress");
            Objects.requireNonNull(crypto, "crypto");
            authenticatedAfter = Objects.requireNonNullElse(authenticatedAfter, Optional.empty());
            revocation = Objects.requireNonNullElse(revocation, Optional.empty());
            localNetworks = List.copyOf(localNetworks);
            remoteNetworks = List.copyOf(remoteNetworks);
            if (localNetworks.isEmpty()) {
                throw new IllegalArgumentException("expected at least one local network");
            }
            if (remoteNetworks.stream().noneMatch(network -> network.contains(probeAddress))) {
                throw new IllegalArgumentException(
                        "probe address %s is outside the remote networks".formatted(probeAddress));
            }
        }

        /** The same, after this revocation. */
        public DesiredTunnel revoked(Revocation latest) {
            return new DesiredTunnel(
                    id,
                    remoteIdentity,
                    localNetworks,
                    remoteNetworks,
                    probeAddress,
                    crypto,
                    authenticatedAfter,
                    Optional.of(latest));
        }

        /** Name of the connection in charon, the same on every node and in every log. */
        public String connectionName() {
            return "tunnel-" + id;
        }
    }

    /**
     * A certificate was revoked.
     *
     * @param serialNumber of the certificate, hexadecimal; every revocation has another
     * @param reason in a few words, such as {@code key compromise}
     */
    public record Revocation(String serialNumber, String reason) {
        public Revocation {
            Objects.requireNonNull(serialNumber, "serialNumber");
            Objects.requireNonNull(reason, "reason");
        }

        /** What it means for the tunnel, for people. */
        public String cause() {
            return "the branch's certificate was revoked: " + reason;
        }
    }
}
