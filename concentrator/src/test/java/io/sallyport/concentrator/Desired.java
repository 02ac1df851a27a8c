package io.sallyport.concentrator;

import io.sallyport.wire.CryptoPolicy;
import io.sallyport.wire.DesiredState;
import io.sallyport.wire.DesiredState.Authority;
import io.sallyport.wire.DesiredState.DesiredTunnel;
import io.sallyport.wire.DesiredState.LocalEndpoint;
import io.sallyport.wire.DesiredState.RevocationList;
import io.sallyport.wire.DnsName;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.IpNetwork;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

/** Desired states for tests. */
public final class Desired {
    public static final UUID CONCENTRATOR = UUID.fromString("11111111-2222-3333-4444-555555555555");
    public static final CryptoPolicy CRYPTO =
            new CryptoPolicy(
                    List.of("aes256gcm16-prfsha384-ecp256", "aes256gcm16-prfsha384-x25519"),
                    List.of("aes256gcm16-ecp256", "aes256gcm16-x25519"),
                    Duration.ofHours(4),
                    Duration.ofHours(1),
                    Duration.ofSeconds(5));

    private Desired() {}

    public static DesiredState state(long version, DesiredTunnel... tunnels) {
        return state(version, "CRL 1", tunnels);
    }

    public static DesiredState state(long version, String crl, DesiredTunnel... tunnels) {
        return new DesiredState(
                version,
                CONCENTRATOR,
                new LocalEndpoint(
                        new DnsName("hub.concentrators.sallyport.internal"),
                        IpAddress.parse("192.0.2.1"),
                        IpAddress.parse("10.0.0.1")),
                List.of(new Authority("root", "ROOT"), new Authority("sites", "SITES")),
                List.of(new RevocationList("sites", version, pem(crl))),
                Arrays.asList(tunnels));
    }

    private static String pem(String crl) {
        return "-----BEGIN X509 CRL-----\n%s\n-----END X509 CRL-----\n"
                .formatted(
                        Base64.getEncoder()
                                .encodeToString(crl.getBytes(StandardCharsets.US_ASCII)));
    }

    public static DesiredTunnel tunnel(int number) {
        return tunnel(number, Duration.ofHours(1));
    }

    /** The same tunnel with another rekey time is a changed connection. */
    public static DesiredTunnel tunnel(int number, Duration espRekeyTime) {
        IpAddress probe = IpAddress.parse("100.64.0." + number);
        return new DesiredTunnel(
                new UUID(0, number),
                new DnsName("branch%d.customer.sallyport.internal".formatted(number)),
                List.of(IpNetwork.parse("10.0.0.0/24")),
                List.of(IpNetwork.parse("10.1.%d.0/24".formatted(number)), IpNetwork.of(probe)),
                probe,
                new CryptoPolicy(
                        CRYPTO.ikeProposals(),
                        CRYPTO.espProposals(),
                        CRYPTO.ikeRekeyTime(),
                        espRekeyTime,
                        CRYPTO.dpdDelay()));
    }
}
