package io.sallyport.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.tls.TestAuthority.Kind;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code openssl s_client}, for what the JDK's client cannot ask for. */
class OpensslClientTest {

    private TlsServerFixture server;

    @BeforeEach
    void listen() throws Exception {
        server =
                new TlsServerFixture(
                        new TestAuthority("root", Kind.EC_P256).credentials(Kind.EC_P256));
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_3", "-tls1_2"})
    void staplesOcspResponse(String version) throws Exception {
        assertThat(client("", version, "-status"))
                .anySatisfy(
                        line ->
                                assertThat(line)
                                        .contains("OCSP Response Status: successful (0x0)"));
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "-tls1_3,X25519,X25519", "-tls1_3,P-256,ECDH", "-tls1_3,P-384,ECDH",
        "-tls1_2,X25519,X25519", "-tls1_2,P-256,ECDH", "-tls1_2,P-384,ECDH"
    })
    void agreesOnGroup(String version, String group, String shown) throws Exception {
        assertThat(client("", version, "-groups", group))
                .anySatisfy(line -> assertThat(line).startsWith("Server Temp Key: " + shown));
    }

    @Test
    void prefersX25519ByServersOrder() throws Exception {
        assertThat(client("", "-tls1_3", "-groups", "P-384:P-256:X25519"))
                .anySatisfy(line -> assertThat(line).startsWith("Server Temp Key: X25519"));
    }

    @ParameterizedTest
    @CsvSource({
        "-tls1_3,-groups,X448",
        "-tls1_2,-groups,P-521",
        "-tls1_2,-cipher,AES256-GCM-SHA384",
        "-tls1_2,-cipher,ECDHE-ECDSA-AES256-SHA384",
        "-tls1_2,-cipher,ECDHE-RSA-AES256-GCM-SHA384",
        "-tls1_3,-ciphersuites,TLS_CHACHA20_POLY1305_SHA256"
    })
    void refusesWhatItDoesNotServe(String version, String option, String value) throws Exception {
        assertThat(client("", version, option, value))
                .anySatisfy(line -> assertThat(line).contains("handshake failure"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_1", "-tls1"})
    void refusesOldVersions(String version) throws Exception {
        // Without the security level the client would not even ask.
        assertThat(client("", version, "-cipher", "ALL:@SECLEVEL=0"))
                .anySatisfy(line -> assertThat(line).contains("alert protocol version"))
                .noneSatisfy(line -> assertThat(line).startsWith("Server Temp Key"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"K", "k"})
    void followsKeyUpdates(String command) throws Exception {
        assertThat(client("one\n" + command + "\ntwo\n" + command + "\nthree\n", "-tls1_3"))
                .contains("one", "KEYUPDATE", "two", "three");
    }

    @Test
    void offersNoCompressionTicketOrApplicationProtocol() throws Exception {
        assertThat(client("hello\n", "-tls1_2", "-alpn", "openconnect-vpn/1.1"))
                .contains("No ALPN negotiated", "Compression: NONE", "hello")
                .noneSatisfy(line -> assertThat(line).contains("TLS session ticket:"));
    }

    /** Types lines at the client, one after the other's echo, and gives what it prints. */
    private List<String> client(String input, String... options) throws Exception {
        server.echoNext();
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "openssl",
                                "s_client",
                                "-connect",
                                "127.0.0.1:" + server.address().getPort()));
        command.addAll(List.of(options));
        Process client = new ProcessBuilder(command).redirectErrorStream(true).start();
        List<String> printed = new ArrayList<>();
        try (BufferedReader reader =
                new BufferedReader(
                        new InputStreamReader(
                                client.getInputStream(), StandardCharsets.US_ASCII))) {
            List<String> rest = new ArrayList<>(input.lines().toList());
            rest.add("Q");
            // The last line of its report on the handshake; then lines are echoed.
            String awaited = "Verify return code";
            String line;
            while ((line = reader.readLine()) != null) {
                printed.add(line);
                boolean ready = line.strip().startsWith(awaited);
                if (ready && !rest.isEmpty()) {
                    String next = rest.removeFirst();
                    type(client.getOutputStream(), next);
                    awaited = next.equalsIgnoreCase("K") ? "KEYUPDATE" : next;
                }
            }
        }
        assertThat(client.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return printed;
    }

    private static void type(OutputStream to, String line) {
        try {
            to.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
            to.flush();
        } catch (IOException _) {
            // A client whose handshake failed ends by itself.
        }
    }
}
