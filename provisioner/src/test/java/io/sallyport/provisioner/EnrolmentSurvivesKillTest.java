package io.sallyport.provisioner;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.provisioner.RunningProvisioner.Answer;
import io.sallyport.provisioner.order.Rows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;

/** The provisioner dies in the middle of an enrolment; the node asks its successor again. */
class EnrolmentSurvivesKillTest {
    private final CutDatabase database = new CutDatabase();
    private final String client = TestNode.request(TestNode.ecKey("secp256r1"));
    private final String ike = TestNode.request(TestNode.ecKey("secp256r1"));

    @TempDir private Path data;

    /** Held at the first certificate; with both recorded; and with the node a member already. */
    @ParameterizedTest
    @ValueSource(strings = {"certificate", "concentrator", "enrolment"})
    void secretIsGoodUntilTheEnrolmentIsComplete(String table) throws Exception {
        RunningProvisioner killed = start();
        JsonNode registered = TestNode.register(killed);
        database.killWhileItHolds(table, killed, () -> enrol(killed, registered, ike));

        try (RunningProvisioner second = start()) {
            assertThat(certificatesOfNodes(second)).as("nothing was left half done").isZero();
            // The node made its keys before it asked, so it sends the same; another one may, too.
            String other = TestNode.request(TestNode.ecKey("secp256r1"));
            assertThat(enrol(second, registered, other).status()).isEqualTo(200);
            assertThat(enrol(second, registered, ike).status()).isEqualTo(409);
            assertThat(certificatesOfNodes(second)).isEqualTo(2);
        }
    }

    @Test
    void answerThatWasLostIsGivenAgainAfterTheRestart() throws Exception {
        RunningProvisioner killed = start();
        JsonNode registered = TestNode.register(killed);
        Answer lost = enrol(killed, registered, ike);
        database.kill(killed);

        try (RunningProvisioner second = start()) {
            Answer again = enrol(second, registered, ike);
            assertThat(again.status()).as(again.body()).isEqualTo(200);
            assertThat(again.json().get("clientChainPem"))
                    .isEqualTo(lost.json().get("clientChainPem"));
            assertThat(again.json().get("ikeCertificatePem"))
                    .isEqualTo(lost.json().get("ikeCertificatePem"));
            assertThat(certificatesOfNodes(second)).isEqualTo(2);
        }
    }

    private Answer enrol(RunningProvisioner provisioner, JsonNode registered, String ikeRequest) {
        return TestNode.enrol(
                provisioner, registered.get("enrolmentSecret").textValue(), client, ikeRequest);
    }

    private static int certificatesOfNodes(RunningProvisioner provisioner) {
        return new Rows(provisioner)
                .count("certificate WHERE subject LIKE '%.concentrators.sallyport.internal%'");
    }

    private RunningProvisioner start() throws IOException {
        return RunningProvisioner.start(data, database.settings());
    }
}
