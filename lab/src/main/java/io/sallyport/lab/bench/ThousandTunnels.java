package io.sallyport.lab.bench;

import io.sallyport.concentrator.reconcile.NodeCredentials;
import io.sallyport.lab.ConcentratorHost;
import io.sallyport.lab.LabException;
import io.sallyport.wire.CryptoPolicy;
import io.sallyport.wire.DesiredState;
import io.sallyport.wire.DesiredState.Authority;
import io.sallyport.wire.DesiredState.DesiredTunnel;
import io.sallyport.wire.DesiredState.LocalEndpoint;
import io.sallyport.wire.DesiredState.RevocationList;
import io.sallyport.wire.DnsName;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.IpNetwork;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

/** The same tunnels twice: as a desired state, and as swanctl files on the host. */
final class ThousandTunnels {
    static final int COUNT = 1000;

    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final String HUB = "hub.concentrators.sallyport.internal";
    private static final CryptoPolicy CRYPTO =
            new CryptoPolicy(
                    List.of("aes256gcm16-prfsha384-ecp256", "aes256gcm16-prfsha384-x25519"),
                    List.of("aes256gcm16-ecp256", "aes256gcm16-x25519"),
                    Duration.ofHours(4),
                    Duration.ofHours(1),
                    Duration.ofSeconds(5));

    private final DesiredState desired;
    private final NodeCredentials node;

    private ThousandTunnels(DesiredState desired, NodeCredentials node) {
        this.desired = desired;
        this.node = node;
    }

    /** Makes credentials with strongSwan's own tools on the host, and writes the files there. */
    static ThousandTunnels on(ConcentratorHost host) {
        host.shell(
                DEADLINE,
                """
                cd /etc/swanctl
                pki --gen --type ecdsa --size 256 --outform pem > /root/ca.key
                pki --self --ca --in /root/ca.key --type ecdsa --dn 'CN=sites' --outform pem > x509ca/sites.pem
                pki --signcrl --cacert x509ca/sites.pem --cakey /root/ca.key --lifetime 7 --outform pem > x509crl/sites.pem
                openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 > private/hub.pem
                pki --issue --in private/hub.pem --type priv --cacert x509ca/sites.pem --cakey /root/ca.key \
                  --dn 'CN=hub' --san %s --outform pem > x509/hub.pem
                """
                        .formatted(HUB));
        String authority = host.read("/etc/swanctl/x509ca/sites.pem");
        DesiredState desired =
                new DesiredState(
                        1,
                        UUID.randomUUID(),
                        new LocalEndpoint(
                                new DnsName(HUB),
                                IpAddress.parse(host.internetAddress()),
                                IpAddress.parse(host.lanAddress())),
                        List.of(new Authority("sites", authority)),
                        List.of(
                                new RevocationList(
                                        "sites", 1, host.read("/etc/swanctl/x509crl/sites.pem"))),
                        tunnels(host));
        host.write("/etc/swanctl/conf.d/thousand.conf", swanctl(desired), 0600);
        return new ThousandTunnels(
                desired,
                new NodeCredentials(
                        key(host.read("/etc/swanctl/private/hub.pem")),
                        host.read("/etc/swanctl/x509/hub.pem")));
    }

    DesiredState desired() {
        return desired;
    }

    NodeCredentials node() {
        return node;
    }

    private static List<DesiredTunnel> tunnels(ConcentratorHost host) {
        List<DesiredTunnel> tunnels = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            IpAddress probe = IpAddress.parse("100.64.%d.%d".formatted(i >> 8, i & 0xFF));
            tunnels.add(
                    new DesiredTunnel(
                            new UUID(0x4000, 0x8000_0000_0000_0000L + i),
                            new DnsName("b%d.acme.sallyport.internal".formatted(i)),
                            List.of(IpNetwork.parse(host.protectedNetwork())),
                            List.of(
                                    IpNetwork.parse(
                                            "10.%d.%d.0/24".formatted(100 + (i >> 8), i & 0xFF)),
                                    IpNetwork.of(probe)),
                            probe,
                            CRYPTO));
        }
        return tunnels;
    }

    private static String swanctl(DesiredState desired) {
        StringBuilder text = new StringBuilder("connections {\n");
        for (DesiredTunnel tunnel : desired.tunnels()) {
            text.append(
                    """
                      %s {
                        version = 2
                        local_addrs = %s
                        remote_addrs = %%any
                        proposals = %s
                        mobike = yes
                        rekey_time = 14400s
                        dpd_delay = 5s
                        unique = replace
                        local {
                          auth = pubkey
                          id = %s
                          certs = hub.pem
                        }
                        remote {
                          auth = pubkey
                          id = %s
                          revocation = strict
                          cacerts = sites.pem
                        }
                        children {
                          lan {
                            local_ts = %s
                            remote_ts = %s
                            esp_proposals = %s
                            rekey_time = 3600s
                            dpd_action = clear
                          }
                        }
                      }
                    """
                            .formatted(
                                    tunnel.connectionName(),
                                    desired.local().ikeAddress(),
                                    String.join(",", CRYPTO.ikeProposals()),
                                    desired.local().identity().value(),
                                    tunnel.remoteIdentity().value(),
                                    joined(tunnel.localNetworks()),
                                    joined(tunnel.remoteNetworks()),
                                    String.join(",", CRYPTO.espProposals())));
        }
        return text.append("}\n").toString();
    }

    private static String joined(List<IpNetwork> networks) {
        return String.join(",", networks.stream().map(IpNetwork::toString).toList());
    }

    private static PrivateKey key(String pem) {
        String base64 = pem.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
        try {
            return KeyFactory.getInstance("EC")
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
        } catch (GeneralSecurityException e) {
            throw new LabException("the key that openssl made", e);
        }
    }
}
