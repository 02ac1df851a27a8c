package io.sallyport.lab.bench;

import io.sallyport.lab.ConcentratorHost;
import io.sallyport.wire.CryptoPolicy;
import io.sallyport.wire.DesiredState;
import io.sallyport.wire.DesiredState.Authority;
import io.sallyport.wire.DesiredState.DesiredTunnel;
import io.sallyport.wire.DesiredState.LocalEndpoint;
import io.sallyport.wire.DesiredState.RevocationList;
import io.sallyport.wire.DnsName;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.IpNetwork;
import io.sallyport.wire.WireJson;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/** The same tunnels twice on a host: as a stored desired state, and as swanctl files. */
final class ThousandTunnels {
    static final int COUNT = 1_000;
    static final UUID CONCENTRATOR = new UUID(0, 1);

    /** Where the desired state and the credentials are, on the host. */
    static final String STATE = "/var/lib/sallyport/bench";

    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private ThousandTunnels() {}

    /** Makes credentials with strongSwan's own tools on the host, and writes both forms there. */
    static DesiredState on(ConcentratorHost host) {
        host.shell(
                DEADLINE,
                """
                mkdir -p -m 700 %1$s
                cd %1$s
                authority() {
                  pki --gen --type ecdsa --size 256 --outform pem > $1.key
                }
                authority root
                authority sites
                pki --self --ca --in root.key --type ecdsa --dn 'CN=bench root' --outform pem > root.pem
                pki --issue --ca --in sites.key --type priv --cacert root.pem --cakey root.key \
                  --dn 'CN=bench sites' --outform pem > sites.pem
                pki --signcrl --cacert sites.pem --cakey sites.key --outform pem > sites.crl
                authority hub
                openssl pkcs8 -topk8 -nocrypt -in hub.key -out ike.key
                pki --issue --in hub.key --type priv --cacert sites.pem --cakey sites.key \
                  --dn 'CN=hub.lab' --san hub.lab --outform pem > ike.pem
                """
                        .formatted(STATE));
        DesiredState desired =
                new DesiredState(
                        1,
                        CONCENTRATOR,
                        new LocalEndpoint(
                                new DnsName("hub.lab"),
                                IpAddress.parse(host.internetAddress()),
                                IpAddress.parse(host.lanAddress())),
                        List.of(
                                new Authority("root", host.read(STATE + "/root.pem")),
                                new Authority("sites", host.read(STATE + "/sites.pem"))),
                        List.of(new RevocationList("sites", 1, host.read(STATE + "/sites.crl"))),
                        IntStream.range(0, COUNT)
                                .mapToObj(number -> tunnel(number, host.protectedNetwork()))
                                .toList());
        host.write(STATE + "/desired.json", WireJson.encode(desired), 0600);
        new SwanctlFiles(host).write(desired, STATE + "/ike.key", host.read(STATE + "/ike.pem"));
        return desired;
    }

    private static DesiredTunnel tunnel(int number, String localNetwork) {
        int high = number / 250;
        int low = number % 250;
        IpAddress probe = IpAddress.parse("100.64.%d.%d".formatted(high, low));
        return new DesiredTunnel(
                new UUID(1, number),
                new DnsName("branch%d.bench.lab".formatted(number)),
                List.of(IpNetwork.parse(localNetwork)),
                List.of(
                        IpNetwork.parse("10.%d.%d.0/24".formatted(100 + high, low)),
                        IpNetwork.of(probe)),
                probe,
                new CryptoPolicy(
                        List.of("aes256gcm16-prfsha384-ecp256", "aes256gcm16-prfsha384-x25519"),
                        List.of("aes256gcm16-ecp256", "aes256gcm16-x25519"),
                        Duration.ofHours(4),
                        Duration.ofHours(1),
                        Duration.ofSeconds(5)));
    }
}
