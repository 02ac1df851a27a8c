package io.sallyport.lab;

import java.time.Duration;

/**
 * A tunnel between the concentrator and one branch that only strongSwan's own tools configure: the
 * lab's own test, and the floor that benchmarks compare with. The files are in a directory apart,
 * so that they are no part of what the product configures.
 */
public final class FileConfiguredSites {
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final String DIRECTORY = "/root/by-hand";

    private final ConcentratorHost concentrator;
    private final BranchHost branch;

    private FileConfiguredSites(ConcentratorHost concentrator, BranchHost branch) {
        this.concentrator = concentrator;
        this.branch = branch;
    }

    /** Writes both sides' files; loads nothing. */
    public static FileConfiguredSites write(ConcentratorHost concentrator, BranchHost branch) {
        issue(concentrator, "hub.lab");
        issue(branch, "branch.lab");
        // Each trusts the other's authority: enough for two sites that only test the lab.
        branch.write(
                DIRECTORY + "/x509ca/peer.pem",
                concentrator.read(DIRECTORY + "/x509ca/own.pem"),
                0600);
        concentrator.write(
                DIRECTORY + "/x509ca/peer.pem", branch.read(DIRECTORY + "/x509ca/own.pem"), 0600);
        concentrator.write(
                DIRECTORY + "/swanctl.conf",
                connection(
                        "hub.lab",
                        "branch.lab",
                        "remote_addrs = %any",
                        concentrator.protectedNetwork(),
                        branch.protectedNetwork()),
                0600);
        branch.write(
                DIRECTORY + "/swanctl.conf",
                connection(
                        "branch.lab",
                        "hub.lab",
                        "remote_addrs = " + concentrator.internetAddress(),
                        branch.protectedNetwork(),
                        concentrator.protectedNetwork()),
                0600);
        return new FileConfiguredSites(concentrator, branch);
    }

    /** Loads the concentrator's side into its charon. */
    public void loadConcentrator() {
        concentrator.shell(DEADLINE, load());
    }

    /** Loads the branch's side into its charon. */
    public void loadBranch() {
        branch.shell(DEADLINE, load());
    }

    /** Loads the branch's side into its charon and brings the tunnel up. */
    public void loadAndInitiateBranch() {
        branch.shell(DEADLINE, load() + " && swanctl --initiate --child lan --timeout 15");
    }

    private static String load() {
        return "SWANCTL_DIR=" + DIRECTORY + " swanctl --load-all --noprompt";
    }

    private static void issue(CharonHost host, String identity) {
        host.shell(
                DEADLINE,
                """
                mkdir -p %2$s && cd %2$s && mkdir -p x509 x509ca private
                pki --gen --type ecdsa --size 256 --outform pem > ca.key
                pki --self --ca --in ca.key --type ecdsa --dn 'CN=ca of %1$s' --outform pem > x509ca/own.pem
                pki --gen --type ecdsa --size 256 --outform pem > private/%1$s.pem
                pki --issue --in private/%1$s.pem --type priv --cacert x509ca/own.pem --cakey ca.key \
                  --dn 'CN=%1$s' --san %1$s --outform pem > x509/%1$s.pem
                """
                        .formatted(identity, DIRECTORY));
    }

    private static String connection(
            String own, String peer, String peerAddress, String ownNetwork, String peerNetwork) {
        return """
        connections {
          site {
            version = 2
            %3$s
            proposals = aes256gcm16-prfsha384-ecp256,aes256gcm16-prfsha384-x25519
            dpd_delay = 3s
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
                esp_proposals = aes256gcm16-ecp256,aes256gcm16-x25519
              }
            }
          }
        }
        """
                .formatted(own, peer, peerAddress, ownNetwork, peerNetwork);
    }
}
