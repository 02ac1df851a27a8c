package io.sallyport.provisioner;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.pki.pem.Pem;
import io.sallyport.provisioner.RunningProvisioner.Answer;
import io.sallyport.provisioner.order.Rows;
import io.sallyport.wire.Enrolment;
import io.sallyport.wire.GatewayEnrolment;
import io.sallyport.wire.KeysInForce;
import io.sallyport.wire.WireJson;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;

/** The provisioner dies while it certifies a node's keys; the node asks its successor again. */
class NodeKeysSurviveKillTest {
    private final CutDatabase database = new CutDatabase();
    private final KeyPair key = TestNode.ecKey("secp256r1");
    private final String client = TestNode.request(key);
    private final String service = TestNode.request(TestNode.ecKey("secp256r1"));

    @TempDir private Path data;

    /** A node as it calls. */
    private record Caller(String path, Record renewal, HttpClient http) {
        Answer renew(RunningProvisioner provisioner) {
            return post(provisioner, http, "/renewals", WireJson.encode(renewal));
        }

        Answer inForce(RunningProvisioner provisioner, HttpClient renewed) {
            return post(
                    provisioner,
                    renewed,
                    "/renewals/in-force",
                    WireJson.encode(new KeysInForce(Instant.EPOCH)));
        }

        private Answer post(
                RunningProvisioner provisioner, HttpClient showing, String what, byte[] body) {
            return RunningProvisioner.send(
                    showing,
                    HttpRequest.newBuilder(provisioner.internalUrl().resolve(path + what))
                            .timeout(Duration.ofSeconds(40))
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofByteArray(body)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"certificate", "gateway", "gateway_enrolment", "node_credential"})
    void aGatewaysSecretIsGoodUntilItsEnrolmentIsComplete(String table) throws Exception {
        RunningProvisioner killed = start();
        String secret = TestGateway.register(killed, "customer").get("enrolmentSecret").textValue();
        database.killWhileItHolds(
                table, killed, () -> TestGateway.enrol(killed, secret, client, service));

        try (RunningProvisioner second = start()) {
            assertThat(certificates(second)).as("nothing was left half done").isZero();
            Answer enrolled = TestGateway.enrol(second, secret, client, service);
            assertThat(enrolled.status()).as(enrolled.body()).isEqualTo(200);
            assertThat(chain(TestGateway.enrol(second, secret, client, service)))
                    .isEqualTo(chain(enrolled));
            assertThat(certificates(second)).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "CONCENTRATOR, certificate",
        "CONCENTRATOR, node_credential",
        "GATEWAY, certificate",
        "GATEWAY, node_credential"
    })
    void newKeysAreCertifiedOnce(String kind, String table) throws Exception {
        RunningProvisioner killed = start();
        Caller node = enrolled(kind, killed);
        database.killWhileItHolds(table, killed, () -> node.renew(killed));

        try (RunningProvisioner second = start()) {
            assertThat(certificates(second)).as("nothing was left half done").isEqualTo(2);
            Answer renewed = node.renew(second);
            assertThat(chain(node.renew(second))).isEqualTo(chain(renewed));
            assertThat(certificates(second)).isEqualTo(4);
            assertThat(node.inForce(second, showing(second, renewed)).status()).isEqualTo(204);
            assertThat(node.renew(second).status()).as("the old one is retired").isEqualTo(403);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "CONCENTRATOR, node_credential",
        "CONCENTRATOR, concentrator",
        "GATEWAY, node_credential",
        "GATEWAY, gateway"
    })
    void bothPairsAreGoodUntilTheNewOneIsInForce(String kind, String table) throws Exception {
        RunningProvisioner killed = start();
        Caller node = enrolled(kind, killed);
        Answer renewed = node.renew(killed);
        HttpClient showing = showing(killed, renewed);
        database.killWhileItHolds(table, killed, () -> node.inForce(killed, showing));

        try (RunningProvisioner second = start()) {
            assertThat(chain(node.renew(second))).as("by the old one").isEqualTo(chain(renewed));
            assertThat(node.inForce(second, showing).status()).isEqualTo(204);
            assertThat(node.inForce(second, showing).status()).as("said again").isEqualTo(204);
            assertThat(node.renew(second).status()).as("the old one is retired").isEqualTo(403);
            assertThat(certificates(second)).isEqualTo(4);
        }
    }

    private Caller enrolled(String kind, RunningProvisioner provisioner) {
        return switch (kind) {
            case "CONCENTRATOR" -> {
                TestNode node = TestNode.enrolled(provisioner);
                yield new Caller(
                        "/internal/v1/concentrators/" + node.id(),
                        new Enrolment.Request(client, service),
                        node.client());
            }
            case "GATEWAY" -> {
                TestGateway gateway = TestGateway.enrolled(provisioner);
                yield new Caller(
                        "/internal/v1/gateways/" + gateway.id(),
                        new GatewayEnrolment.Request(client, service),
                        gateway.client());
            }
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private HttpClient showing(RunningProvisioner provisioner, Answer renewed) throws IOException {
        return HttpClient.newBuilder()
                .sslContext(
                        TestTls.showing(
                                provisioner.rootFile(),
                                key.getPrivate(),
                                Pem.certificates(chain(renewed).textValue())))
                .build();
    }

    private static JsonNode chain(Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json().get("clientChainPem");
    }

    private static int certificates(RunningProvisioner provisioner) {
        return new Rows(provisioner)
                .count(
                        "certificate WHERE profile IN ('tls-client', 'concentrator-ike',"
                                + " 'gateway-tls')");
    }

    private RunningProvisioner start() throws IOException {
        return RunningProvisioner.start(data, database.settings());
    }
}
