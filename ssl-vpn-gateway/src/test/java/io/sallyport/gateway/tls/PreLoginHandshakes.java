package io.sallyport.gateway.tls;

import io.sallyport.gateway.tls.TestAuthority.Kind;

import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SignatureScheme;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** What handshakes take, in words: asked of the objects that BouncyCastle asks. */
public final class PreLoginHandshakes {
    private PreLoginHandshakes() {}

    /** A line each, of TLS over TCP. */
    public static List<String> tls() throws Exception {
        var random = new SecureRandom();
        var authority = new TestAuthority("root", Kind.EC_P256);
        List<String> lines = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            var identity = new ServerIdentity(authority.credentialsAskingClients(kind), random);
            var server = new GatewayTlsServer(new JdkTlsCrypto(random), identity);
            if (lines.isEmpty()) {
                lines.add("  versions: " + versions(server.getSupportedVersions()));
                lines.add("  groups: " + groups(server.getSupportedGroups()));
                lines.add(
                        "  handshake message, octets %d"
                                .formatted(server.getMaxHandshakeMessageSize()));
                lines.add(
                        "  client certificates in a chain %d, read as X.509 by the JDK"
                                .formatted(server.getMaxCertificateChainLength()));
                lines.add(
                        "    that sign with: "
                                + GatewayTlsServer.CLIENT_SCHEMES.stream()
                                        .map(SignatureScheme::getName)
                                        .collect(Collectors.joining(" ")));
            }
            lines.add("  suites with %s: %s".formatted(kind, suites(identity.suites())));
        }
        return lines;
    }

    /** A line each, of DTLS over UDP. */
    public static List<String> dtls() {
        var server =
                new DtlsPskServer(
                        new JdkTlsCrypto(new SecureRandom()),
                        new DtlsPsk(new byte[32]),
                        Duration.ofSeconds(1));
        return List.of(
                "  versions: " + versions(server.getSupportedVersions()),
                "  suites: " + suites(server.getSupportedCipherSuites()),
                "  handshake message, octets %d".formatted(server.getMaxHandshakeMessageSize()));
    }

    private static String versions(ProtocolVersion[] versions) {
        return Arrays.stream(versions)
                .map(ProtocolVersion::getName)
                .collect(Collectors.joining(", "));
    }

    private static String groups(int[] groups) {
        return Arrays.stream(groups).mapToObj(NamedGroup::getName).collect(Collectors.joining(" "));
    }

    /** By their registered names, which are those of BouncyCastle's constants. */
    private static String suites(int[] suites) {
        return Arrays.stream(suites)
                .mapToObj(PreLoginHandshakes::suite)
                .collect(Collectors.joining(" "));
    }

    private static String suite(int number) {
        try {
            for (Field constant : CipherSuite.class.getFields()) {
                if (Modifier.isStatic(constant.getModifiers()) && constant.getInt(null) == number) {
                    return constant.getName();
                }
            }
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
        throw new AssertionError("suite " + number);
    }
}
