package io.sallyport.lab;

import java.time.Duration;

/**
 * Configures the concentrator and one branch by hand, with swanctl files and strongSwan's own pki
 * tool.
 */
final class FileConfiguredSites {
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private final ConcentratorHost concentrator;
    private final BranchHost branch;

    FileConfiguredSites(ConcentratorHost concentrator, BranchHost branch) {
        this.concentrator = concentrator;
        this.branch = branch;
    }

    /** Writes both sides' files, starts both charons and loads them. */
    void load() {
        issue(concentrator, "hub.lab");
        issue(branch, "branch.lab");
        // Each trusts the other's authority: enough for two sites that only test the lab.
        branch.write("/etc/swanctl/x509ca/peer.pem", concentrator.read("/root/ca.pem"), 0600);
        concentrator.write("/etc/swanctl/x509ca/peer.pem", branch.read("/root/ca.pem"), 0600);
        concentrator.write(
                "/etc/swanctl/conf.d/lab.conf",
                connection(
                        "hub.lab",
                        "branch.lab",
                        "remote_addrs = %any",
                        concentrator.protectedNetwork(),
                        branch.protectedNetwork()),
                0600);
        branch.write(
                "/etc/swanctl/conf.d/lab.conf",
                connection(
                        "branch.lab",
                        "hub.lab",
                        "remote_addrs = " + concentrator.internetAddress(),
                        branch.protectedNetwork(),
                        concentrator.protectedNetwork()),
                0600);
        concentrator.startCharon();
        branch.startCharon();
        concentrator.swanctl("--load-all", "--noprompt");
        branch.swanctl("--load-all", "--noprompt");
    }

    /** Ends both charons and removes what {@link #load} wrote. */
    void remove() {
        for (CharonHost host : new CharonHost[] {branch, concentrator}) {
            host.charon().end(DEADLINE);
            host.shell(
                    DEADLINE,
                    "rm -f /root/ca* /etc/swanctl/conf.d/* /etc/swanctl/x509/*"
                            + " /etc/swanctl/x509ca/* /etc/swanctl/private/*");
        }
    }

    private static void issue(CharonHost host, String identity) {
        host.shell(
                DEADLINE,
                """
                cd /root
                pki --gen --type ecdsa --size 256 --outform pem > ca.key
                pki --self --ca --in ca.key --type ecdsa --dn 'CN=ca of %1$s' --outform pem > ca.pem
                pki --gen --type ecdsa --size 256 --outform pem > /etc/swanctl/private/%1$s.pem
                pki --issue --in /etc/swanctl/private/%1$s.pem --type priv --cacert ca.pem --cakey ca.key \
                  --dn 'CN=%1$s' --san %1$s --outform pem > /etc/swanctl/x509/%1$s.pem
                cp ca.pem /etc/swanctl/x509ca/own.pem
                """
                        .formatted(identity));
    }

    private static String connection(
            String own, String peer, String peerAddress, String ownNetwork, String peerNetwork) {
        return """
        connections {
          site {
            version = 2
            %3$s
            proposals = aes256gcm16-prfsha384-ecp256
            dpd_delay = 5s
            local {
              auth = pubkey
              certs = %1$s.pem
              id = %1$s
            }
            remote {
              auth = pubkey
              id = %2$s
            }
            children {
              lan {
                local_ts = %4$s
                remote_ts = %5$s
                esp_proposals = aes256gcm16-ecp256
              }
            }
          }
        }
        """
                .formatted(own, peer, peerAddress, ownNetwork, peerNetwork);
    }
}
