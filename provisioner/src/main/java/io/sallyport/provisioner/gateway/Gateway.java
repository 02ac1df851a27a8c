package io.sallyport.provisioner.gateway;

import io.sallyport.wire.DnsName;
import io.sallyport.wire.IpNetwork;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A gateway.
 *
 * @param name one DNS label
 * @param customer whom it serves
 * @param customerName the customer's name
 * @param identity names it towards us, the dNSName of its client certificate
 * @param serverNames host names and addresses in its server certificate
 * @param poolV4 inner addresses
 * @param poolV6 inner addresses
 * @param outerMtu of the path to the clients, in octets
 * @param dtlsPort UDP port, 0 for none
 * @param disconnectedTimeoutSeconds how long a session without connection is kept
 * @param desiredVersion counts the changes of its desired state
 * @param membership empty until it enrolled
 * @param lastSeen when it last asked or reported
 */
public record Gateway(
        UUID id,
        String name,
        UUID customer,
        String customerName,
        DnsName identity,
        List<String> serverNames,
        IpNetwork poolV4,
        Optional<IpNetwork> poolV6,
        int outerMtu,
        int dtlsPort,
        int disconnectedTimeoutSeconds,
        Instant createdAt,
        long desiredVersion,
        Optional<Membership> membership,
        Optional<Instant> lastSeen) {

    /**
     * What it got when it enrolled.
     *
     * @param clientCertificate id of its certificate towards us
     * @param serverCertificate id of its certificate towards clients
     */
    public record Membership(Instant enrolledAt, UUID clientCertificate, UUID serverCertificate) {}
}
