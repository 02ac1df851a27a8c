package io.sallyport.provisioner.tunnel;

import io.micronaut.core.annotation.Nullable;
import io.sallyport.provisioner.authority.RenewalWindow;
import io.sallyport.provisioner.truth.Evidence;
import io.sallyport.provisioner.truth.Truths;
import io.sallyport.wire.DnsName;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.IpNetwork;
import io.sallyport.wire.ObservationReport.SecurityAssociation;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A tunnel as the API shows it.
 *
 * @param concentrator name of the concentrator
 * @param certificate the branch's newest certificate; null until there is one
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
        @Nullable CertificateView certificate,
        Truths truths,
        @Nullable String problem,
        @Nullable SecurityAssociation securityAssociation) {
    /**
     * A certificate and how its renewal stands. A renewed certificate is shown from when it was
     * issued; the one before it may still be in use.
     *
     * @param serialNumber hexadecimal
     * @param renewal LATE: the device should have renewed it by itself
     * @param renewalDueFrom the device renews within some time from then on
     */
    record CertificateView(
            String serialNumber,
            Instant notBefore,
            Instant notAfter,
            boolean revoked,
            RenewalWindow.State renewal,
            Instant renewalDueFrom) {
        static CertificateView of(Tunnel.Credential credential, Instant now) {
            RenewalWindow window = RenewalWindow.of(credential.notBefore(), credential.notAfter());
            return new CertificateView(
                    credential.serialNumber(),
                    credential.notBefore(),
                    credential.notAfter(),
                    credential.revoked(),
                    window.at(now),
                    window.dueFrom());
        }
    }

    static TunnelView of(Tunnel tunnel, Evidence evidence, Instant now) {
        return new TunnelView(
                tunnel.id(),
                tunnel.order(),
                tunnel.branch(),
                tunnel.identity(),
                tunnel.state(),
                tunnel.concentrator().name(),
                tunnel.protectedNetworks(),
                tunnel.probeAddress(),
                tunnel.credential() == null ? null : CertificateView.of(tunnel.credential(), now),
                evidence.truths(),
                evidence.problem(),
                evidence.securityAssociation());
    }
}
