package io.sallyport.provisioner.deviceconfig;

import io.sallyport.wire.DesiredState.DesiredTunnel;
import io.sallyport.wire.DnsName;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.IpNetwork;

import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * All that a branch's device has to know, in types that hold no free text: whatever a template
 * makes of them, it is no configuration syntax that a customer typed.
 *
 * @param tunnel what the concentrator is told of the tunnel; the branch's end mirrors it
 * @param concentratorIdentity the concentrator's IKE identity
 * @param concentratorAddress where the concentrator's charon is reached
 * @param certificate the branch's certificate
 * @param authorities the CA certificates to trust, root first
 * @param enrolmentUrl where the device renews its certificate: scheme, host and port
 * @param key where the branch's private key is
 */
public record BranchEnd(
        DesiredTunnel tunnel,
        DnsName concentratorIdentity,
        IpAddress concentratorAddress,
        X509Certificate certificate,
        List<Authority> authorities,
        URI enrolmentUrl,
        BranchKey key) {
    /**
     * @throws IllegalArgumentException if there is no authority
     */
    public BranchEnd {
        authorities = List.copyOf(authorities);
        if (authorities.isEmpty()) {
            throw new IllegalArgumentException("expected an authority to trust");
        }
    }

    IpNetwork probeNetwork() {
        return IpNetwork.of(tunnel.probeAddress());
    }

    List<IpNetwork> protectedNetworks() {
        return tunnel.remoteNetworks().stream()
                .filter(network -> !network.equals(probeNetwork()))
                .toList();
    }

    /**
     * A CA certificate.
     *
     * @param name one DNS label, unique among the authorities
     * @param certificate the certificate
     */
    public record Authority(String name, X509Certificate certificate) {
        /**
         * @throws IllegalArgumentException if the name is no label
         */
        public Authority {
            if (!DnsName.isLabel(name)) {
                throw new IllegalArgumentException("expected a DNS label, got " + name);
            }
        }
    }
}
