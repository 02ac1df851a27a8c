package io.sallyport.lab.bench;

import io.sallyport.lab.CharonHost;
import io.sallyport.wire.CryptoPolicy;
import io.sallyport.wire.DesiredState;
import io.sallyport.wire.DesiredState.Authority;
import io.sallyport.wire.DesiredState.DesiredTunnel;
import io.sallyport.wire.DesiredState.RevocationList;
import io.sallyport.wire.IpNetwork;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A desired state as an administrator without the product would have it: files that {@code swanctl
 * --load-all} reads. What charon gets from them is what the concentrator tells it.
 */
final class SwanctlFiles {
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final String CONNECTIONS = "/etc/swanctl/conf.d/bench.conf";
    private static final String CERTIFICATE = "bench-own.pem";

    private final CharonHost host;

    SwanctlFiles(CharonHost host) {
        this.host = host;
    }

    /**
     * Writes the files.
     *
     * @param keyPath the PKCS#8 key in PEM, a file of the host
     * @param certificatePem the certificate for it
     */
    void write(DesiredState desired, String keyPath, String certificatePem) {
        host.write("/etc/swanctl/x509/" + CERTIFICATE, certificatePem, 0600);
        host.shell(DEADLINE, "install -m 600 " + keyPath + " /etc/swanctl/pkcs8/bench.pem");
        for (Authority authority : desired.authorities()) {
            host.write(
                    "/etc/swanctl/x509ca/" + file(authority.name()),
                    authority.certificatePem(),
                    0600);
        }
        for (RevocationList list : desired.revocationLists()) {
            host.write("/etc/swanctl/x509crl/" + file(list.authority()), list.crlPem(), 0600);
        }
        host.write(CONNECTIONS, connections(desired), 0600);
    }

    /** Removes what {@link #write} wrote. */
    void remove() {
        host.shell(DEADLINE, "find /etc/swanctl -type f -name 'bench*' -delete");
    }

    private static String file(String authority) {
        return "bench-" + authority + ".pem";
    }

    private static String connections(DesiredState desired) {
        Set<String> issuing =
                desired.revocationLists().stream()
                        .map(list -> file(list.authority()))
                        .collect(Collectors.toSet());
        StringBuilder all = new StringBuilder("connections {\n");
        for (DesiredTunnel tunnel : desired.tunnels()) {
            all.append(connection(desired, tunnel, String.join(",", issuing)));
        }
        return all.append("}\n").toString();
    }

    private static String connection(DesiredState desired, DesiredTunnel tunnel, String issuers) {
        CryptoPolicy crypto = tunnel.crypto();
        return """
          %s {
            version = 2
            local_addrs = %s
            remote_addrs = %%any
            proposals = %s
            mobike = yes
            rekey_time = %ds
            dpd_delay = %ds
            unique = replace
            local {
              auth = pubkey
              id = %s
            }
            remote {
              auth = pubkey
              id = %s
              revocation = ifuri
              cacerts = %s
            }
            children {
              %s {
                local_ts = %s
                remote_ts = %s
                esp_proposals = %s
                rekey_time = %ds
                start_action = none
                dpd_action = clear
                close_action = none
              }
            }
          }
        """
                .formatted(
                        tunnel.connectionName(),
                        desired.local().ikeAddress(),
                        String.join(",", crypto.ikeProposals()),
                        crypto.ikeRekeyTime().toSeconds(),
                        crypto.dpdDelay().toSeconds(),
                        desired.local().identity(),
                        tunnel.remoteIdentity(),
                        issuers,
                        DesiredTunnel.CHILD_NAME,
                        list(tunnel.localNetworks()),
                        list(tunnel.remoteNetworks()),
                        String.join(",", crypto.espProposals()),
                        crypto.espRekeyTime().toSeconds());
    }

    private static String list(List<IpNetwork> networks) {
        return networks.stream().map(IpNetwork::toString).collect(Collectors.joining(","));
    }
}
