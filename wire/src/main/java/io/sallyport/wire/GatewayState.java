package io.sallyport.wire;

import com.fasterxml.jackson.annotation.JsonInclude;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What one gateway has to serve. Versions of one gateway only grow; two states of the same version
 * are equal. A gateway serves one customer.
 *
 * @param version counts the changes of this gateway's state
 * @param gateway the gateway's id
 * @param customer whom it serves
 * @param groups every group that can be chosen, the default one first; may be empty, then nobody
 *     logs in
 * @param poolV4 inner addresses; the gateway's own is the first host address
 * @param poolV6 inner addresses, in the same way
 * @param serverCertificateChainPem the gateway's TLS server certificate and the issuing authority,
 *     in this order
 * @param ocspStaple response about the server certificate, in DER (RFC 6960), for the TLS handshake
 * @param clientAuthoritiesPem authorities of client certificates, the issuing one first, then the
 *     roots, by which the node also trusts the provisioner; PEM one after the other
 * @param clientCrlsPem the newest CRL of each authority that issues, PEM
 * @param outerMtu of the path to the clients, in octets
 * @param dtlsPort UDP port for DTLS, 0 for TLS alone
 * @param disconnectedTimeoutSeconds a session without connection can be taken up again this long
 * @param disconnect sessions to end. An entry stays until the gateway reported the end.
 * @param keys which keys the node is to have, if others than it made by itself
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record GatewayState(
        long version,
        UUID gateway,
        String customer,
        List<GroupPolicy> groups,
        IpNetwork poolV4,
        Optional<IpNetwork> poolV6,
        String serverCertificateChainPem,
        Optional<Octets> ocspStaple,
        String clientAuthoritiesPem,
        String clientCrlsPem,
        int outerMtu,
        int dtlsPort,
        int disconnectedTimeoutSeconds,
        List<Disconnect> disconnect,
        Optional<KeyOrder> keys) {

    /** One without an order for keys. */
    public GatewayState(
            long version,
            UUID gateway,
            String customer,
            List<GroupPolicy> groups,
            IpNetwork poolV4,
            Optional<IpNetwork> poolV6,
            String serverCertificateChainPem,
            Optional<Octets> ocspStaple,
            String clientAuthoritiesPem,
            String clientCrlsPem,
            int outerMtu,
            int dtlsPort,
            int disconnectedTimeoutSeconds,
            List<Disconnect> disconnect) {
        this(
                version,
                gateway,
                customer,
                groups,
                poolV4,
                poolV6,
                serverCertificateChainPem,
                ocspStaple,
                clientAuthoritiesPem,
                clientCrlsPem,
                outerMtu,
                dtlsPort,
                disconnectedTimeoutSeconds,
                disconnect,
                Optional.empty());
    }

    /**
     * @throws IllegalArgumentException if a group occurs twice, a pool is of the wrong family, or a
     *     number is out of its range
     */
    public GatewayState {
        Objects.requireNonNull(gateway, "gateway");
        Objects.requireNonNull(customer, "customer");
        Objects.requireNonNull(serverCertificateChainPem, "serverCertificateChainPem");
        Objects.requireNonNull(clientAuthoritiesPem, "clientAuthoritiesPem");
        Objects.requireNonNull(clientCrlsPem, "clientCrlsPem");
        groups = List.copyOf(groups);
        Set<String> names = new HashSet<>();
        for (GroupPolicy group : groups) {
            if (!names.add(group.name())) {
                throw new IllegalArgumentException("group %s occurs twice".formatted(group.name()));
            }
        }
        poolV6 = Objects.requireNonNullElse(poolV6, Optional.empty());
        if (!poolV4.address().isIpv4()
                || poolV6.map(pool -> pool.address().isIpv4()).orElse(false)) {
            throw new IllegalArgumentException("expected an IPv4 pool and an IPv6 pool");
        }
        ocspStaple = Objects.requireNonNullElse(ocspStaple, Optional.empty());
        disconnect = List.copyOf(disconnect);
        keys = Objects.requireNonNullElse(keys, Optional.empty());
        if (outerMtu < 576 || outerMtu > 65_535) {
            throw new IllegalArgumentException("outerMtu: expected 576 to 65535");
        }
        if (dtlsPort < 0 || dtlsPort > 65_535) {
            throw new IllegalArgumentException("dtlsPort: expected 0 to 65535");
        }
        if (disconnectedTimeoutSeconds < 0) {
            throw new IllegalArgumentException("disconnectedTimeoutSeconds: expected 0 or more");
        }
    }

    /**
     * A session that has to end.
     *
     * @param session which
     * @param message shown to the user
     */
    public record Disconnect(SessionId session, String message) {
        public Disconnect {
            Objects.requireNonNull(session, "session");
            Objects.requireNonNull(message, "message");
        }
    }
}
