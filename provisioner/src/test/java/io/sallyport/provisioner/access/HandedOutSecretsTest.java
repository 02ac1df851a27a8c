package io.sallyport.provisioner.access;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.TestGateway;
import io.sallyport.provisioner.concentrator.FakeConcentrator;
import io.sallyport.provisioner.order.OrderClient;
import io.sallyport.provisioner.order.Rows;
import io.sallyport.provisioner.teleworker.CustomerClient;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Of what somebody was handed to show again, the database has no more than hashes. */
class HandedOutSecretsTest {
    private static final HexFormat HEX = HexFormat.of();

    @Test
    void noTableHasASecretInClear() throws IOException {
        try (RunningProvisioner provisioner = RunningProvisioner.start()) {
            Map<String, String> secrets = handedOut(provisioner);

            String everything =
                    String.join(
                            "\n",
                            new Rows(provisioner)
                                    .everything().values().stream().flatMap(List::stream).toList());

            secrets.forEach(
                    (what, secret) ->
                            assertThat(everything)
                                    .as(what)
                                    .doesNotContain(secret)
                                    .doesNotContain(HEX.formatHex(secret.getBytes(US_ASCII))));
            // Those that are random octets, written so: the octets are not there either, and the
            // hash is, so this looked where they are kept.
            secrets.entrySet().stream()
                    .filter(secret -> !secret.getKey().equals("password"))
                    .forEach(
                            secret ->
                                    assertThat(everything)
                                            .as(secret.getKey())
                                            .doesNotContain(octets(secret.getValue()))
                                            .contains(hash(secret.getValue())));
        }
    }

    private static Map<String, String> handedOut(RunningProvisioner provisioner) {
        Map<String, String> secrets = new LinkedHashMap<>();
        secrets.put("operator's token", provisioner.operatorToken());
        secrets.put("customer's token", provisioner.customerToken());
        FakeConcentrator.register(provisioner);
        secrets.put(
                "concentrator's secret",
                secret(
                        provisioner.post(
                                "/v1/concentrators",
                                provisioner.operatorToken(),
                                """
                                {"name": "new", "ikeAddress": "192.0.2.1", "protectedNetworks":
                                 ["10.9.0.0/24"], "probeSource": "10.9.0.1"}
                                """),
                        "enrolmentSecret"));
        secrets.put(
                "gateway's secret",
                secret(
                        provisioner.post(
                                "/v1/gateways",
                                provisioner.operatorToken(),
                                TestGateway.registration("edge", "customer", "10.21.0.0/16")),
                        "enrolmentSecret"));
        var orders = new OrderClient(provisioner);
        JsonNode order = orders.awaitState(orders.order("lyon", "10.1.1.0/24"), "CONFIGURED");
        secrets.put(
                "branch's secret",
                secret(
                        orders.postJson(
                                "/v1/tunnels/%s/enrolment-secrets"
                                        .formatted(OrderClient.tunnelOf(order)),
                                "{}"),
                        "secret"));
        var customer = new CustomerClient(provisioner);
        JsonNode teleworker =
                customer.teleworker(
                        customer.group("\"PASSWORD\", \"CERTIFICATE\""),
                        ", \"generatePassword\": true");
        secrets.put("password", teleworker.get("password").textValue());
        secrets.put(
                "teleworker's secret",
                secret(
                        customer.post(
                                "/v1/teleworkers/%s/enrolment-secrets"
                                        .formatted(teleworker.get("id").textValue()),
                                "{}"),
                        "secret"));
        return secrets;
    }

    private static String secret(RunningProvisioner.Answer answer, String field) {
        return CustomerClient.created(answer).get(field).textValue();
    }

    private static String octets(String secret) {
        return HEX.formatHex(Base64.getUrlDecoder().decode(secret));
    }

    private static String hash(String secret) {
        return BearerSecret.ofHeader("Bearer " + secret).orElseThrow().hash();
    }
}
