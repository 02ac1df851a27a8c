package io.sallyport.provisioner.tunnel;

import io.micronaut.core.annotation.Nullable;
import io.sallyport.provisioner.truth.Evidence;
import io.sallyport.provisioner.truth.Truths;
import io.sallyport.wire.DnsName;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.IpNetwork;
import io.sallyport.wire.ObservationReport.SecurityAssociation;

import java.util.List;
import java.util.UUID;

/**
 * A tunnel as the API shows it.
 *
 * @param concentrator name of the concentrator
 * @param problem why charon did not load the connection, in its own words; null if it did
 */
record TunnelView(
        UUID id,
        UUID order,
        String branch,
        DnsName identity,
        Tunnel.State state,
        String concentrator,
        List<IpNetwork> protectedNetworks,
        IpAddress probeAddress,
        Truths truths,
        @Nullable String problem,
        @Nullable SecurityAssociation securityAssociation) {
    static TunnelView of(Tunnel tunnel, Evidence evidence) {
        return new TunnelView(
                tunnel.id(),
                tunnel.order(),
                tunnel.branch(),
                tunnel.identity(),
                tunnel.state(),
                tunnel.concentrator().name(),
                tunnel.protectedNetworks(),
                tunnel.probeAddress(),
                evidence.truths(),
                evidence.problem(),
                evidence.securityAssociation());
    }
}
