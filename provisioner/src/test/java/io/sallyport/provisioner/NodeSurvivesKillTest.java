package io.sallyport.provisioner;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.provisioner.RunningProvisioner.Answer;
import io.sallyport.provisioner.order.Rows;
import io.sallyport.wire.Enrolment;
import io.sallyport.wire.WireJson;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Duration;

/** The provisioner dies while a gateway enrols, or while a node renews; its successor is asked. */
class NodeSurvivesKillTest {
    private final CutDatabase database = new CutDatabase();
    private final String client = TestNode.request(TestNode.ecKey("secp256r1"));
    private final String other = TestNode.request(TestNode.ecKey("secp256r1"));

    @TempDir private Path data;

    /** Held at the first certificate; with both recorded; and with the gateway a member already. */
    @ParameterizedTest
    @ValueSource(strings = {"certificate", "gateway", "gateway_enrolment"})
    void gatewaysSecretIsGoodUntilTheEnrolmentIsComplete(String table) throws Exception {
        RunningProvisioner killed = start();
        String secret = TestGateway.register(killed, "customer").get("enrolmentSecret").textValue();
        int before = certificates(killed);
        database.killWhileItHolds(
                table, killed, () -> TestGateway.enrol(killed, secret, client, other));

        try (RunningProvisioner second = start()) {
            assertThat(certificates(second)).as("nothing was left half done").isEqualTo(before);
            JsonNode enrolled = succeeded(TestGateway.enrol(second, secret, client, other));
            assertThat(succeeded(TestGateway.enrol(second, secret, client, other)))
                    .as("the answer was lost")
                    .isEqualTo(enrolled);
            assertThat(certificates(second)).isEqualTo(before + 2);
        }
    }

    /** Held at the first certificate, and with both recorded. */
    @ParameterizedTest
    @ValueSource(strings = {"certificate", "node_credential"})
    void nodesPresentKeysRenewUntilTheNextAreRecorded(String table) throws Exception {
        RunningProvisioner killed = start();
        TestNode node = TestNode.enrolled(killed);
        int before = certificates(killed);
        database.killWhileItHolds(table, killed, () -> renew(killed, node));

        try (RunningProvisioner second = start()) {
            assertThat(certificates(second)).as("nothing was left half done").isEqualTo(before);
            JsonNode renewed = succeeded(renew(second, node));
            assertThat(succeeded(renew(second, node))).as("the answer was lost").isEqualTo(renewed);
            assertThat(certificates(second)).isEqualTo(before + 2);
            assertThat(new Rows(second).count("node_credential WHERE state = 'IN_FORCE'")).isOne();
        }
    }

    private Answer renew(RunningProvisioner provisioner, TestNode node) {
        return RunningProvisioner.send(
                node.client(),
                HttpRequest.newBuilder(
                                provisioner
                                        .internalUrl()
                                        .resolve(
                                                "/internal/v1/concentrators/%s/renewals"
                                                        .formatted(node.id())))
                        .timeout(Duration.ofSeconds(40))
                        .header("Content-Type", "application/json")
                        .POST(
                                HttpRequest.BodyPublishers.ofByteArray(
                                        WireJson.encode(new Enrolment.Request(client, other)))));
    }

    private static JsonNode succeeded(Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }

    /** Of nodes; that no serial number is recorded twice is the database's to see to. */
    private static int certificates(RunningProvisioner provisioner) {
        return new Rows(provisioner)
                .count(
                        "certificate WHERE profile IN ('tls-client', 'gateway-tls',"
                                + " 'concentrator-ike')");
    }

    private RunningProvisioner start() throws IOException {
        return RunningProvisioner.start(data, database.settings());
    }
}
