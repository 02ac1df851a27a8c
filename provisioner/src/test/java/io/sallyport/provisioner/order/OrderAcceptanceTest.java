package io.sallyport.provisioner.order;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.RunningProvisioner.Answer;
import io.sallyport.provisioner.TestGateway;
import io.sallyport.provisioner.concentrator.FakeConcentrator;
import io.sallyport.provisioner.deviceconfig.HostileNames;
import io.sallyport.provisioner.teleworker.CustomerClient;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;

class OrderAcceptanceTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static RunningProvisioner provisioner;
    private static OrderClient customer;
    private static Rows rows;

    private int ordersBefore;
    private int tunnelsBefore;
    private Map<String, List<String>> before;

    @BeforeAll
    static void start() throws IOException {
        provisioner = RunningProvisioner.start();
        FakeConcentrator.register(provisioner);
        customer = new OrderClient(provisioner);
        rows = new Rows(provisioner);
        customer.order("taken", "10.2.1.0/24");
    }

    @AfterAll
    static void end() throws IOException {
        provisioner.close();
    }

    @BeforeEach
    void count() {
        // Whatever a test before left to the workers is done.
        Awaited.until(() -> rows.count("branch_order WHERE state = 'ACCEPTED'"), left -> left == 0);
        ordersBefore = rows.count("branch_order");
        tunnelsBefore = rows.count("tunnel");
        before = rows.everything();
    }

    static Stream<JsonNode> refused() throws IOException {
        return JSON.readTree(resource("refused.json")).valueStream();
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refusalNamesTheFieldAndNothingIsStored(JsonNode vector) {
        ObjectNode body = OrderClient.body("lima", "10.3.1.0/24");
        body.setAll((ObjectNode) vector.get("set"));

        Answer answer = customer.post(UUID.randomUUID().toString(), body.toString());

        assertRefused(answer, vector.get("field").textValue());
    }

    static Stream<String> hostileNames() throws IOException {
        return HostileNames.all().stream();
    }

    @ParameterizedTest
    @MethodSource("hostileNames")
    void hostileNameIsRefused(String name) {
        Answer answer =
                customer.post(
                        UUID.randomUUID().toString(),
                        OrderClient.body(name, "10.3.1.0/24").toString());

        assertRefused(answer, "branch");
    }

    @ParameterizedTest
    @CsvSource({
        "weak-key.pem, 1024",
        "foreign-curve.pem, secp256k1",
        "sha1.pem, sign it with SHA-256",
        "wrong-signature.pem, signature",
        "foreign-common-name.pem, oslo.customer.sallyport.internal",
        "foreign-alternative-name.pem, hub.concentrators.sallyport.internal",
        "wildcard.pem, name"
    })
    void requestThatIsWrongIsRefusedWithTheReason(String file, String reason) throws IOException {
        Answer answer = customer.post(UUID.randomUUID().toString(), withRequest(file).toString());

        assertRefused(answer, "csr");
        assertThat(answer.json().at("/errors/0/reason").textValue()).containsIgnoringCase(reason);
    }

    @ParameterizedTest
    @CsvSource({"nameless.pem, 10.6.1.0/24, nameless", "own-name.pem, 10.6.2.0/24, csr"})
    void requestThatNamesNobodyElseIsCertified(String file, String network, String branch)
            throws IOException {
        ObjectNode body = OrderClient.body(branch, network);
        body.remove("generateKey");
        body.put("csr", new String(resource("csr/" + file), UTF_8));

        JsonNode order = customer.post(UUID.randomUUID().toString(), body.toString()).json();

        customer.await(order, OrderState.CONFIGURED);
        UUID tunnel = OrderClient.tunnelOf(order);
        assertThat(
                        rows.count(
                                "tunnel WHERE certificate IS NOT NULL AND id = '%s'"
                                        .formatted(tunnel)))
                .isOne();
        assertThat(rows.count("branch_key WHERE tunnel = '%s'".formatted(tunnel))).isZero();
    }

    @Test
    void addressesOfTeleworkersAreNotABranchs() {
        String gateway = TestGateway.registration("pools", "customer", "10.21.0.0/16");
        assertThat(register(gateway).status()).isEqualTo(201);
        before = rows.everything();

        Answer order =
                customer.post(
                        UUID.randomUUID().toString(),
                        OrderClient.body("pooled", "10.22.1.0/24", "10.21.7.0/24").toString());

        assertRefused(order, "protectedNetworks[1]");
        assertThat(order.body()).contains("10.21.0.0/16, the addresses of teleworkers");
    }

    @Test
    void addressesOfABranchAreNotTeleworkers() {
        Answer gateway = register(TestGateway.registration("late", "customer", "10.2.0.0/16"));

        assertRefused(gateway, "poolV4");
        assertThat(gateway.body()).contains("10.2.1.0/24, which is behind a branch");
    }

    private static Answer register(String gateway) {
        return provisioner.post("/v1/gateways", provisioner.operatorToken(), gateway);
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnce() {
        Answer answer = customer.post(null, "{}");

        assertThat(answer.json().get("errors").findValuesAsText("field"))
                .containsExactly(
                        "Idempotency-Key", "branch", "protectedNetworks", "deviceFamily", "csr");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[]", "null", "", "{\"branch\": \"lyon\"} x", "\"lyon\""})
    void whatIsNoOrderIsRefused(String body) {
        Answer answer = customer.post(UUID.randomUUID().toString(), body);

        assertRefused(answer, "body");
    }

    @Test
    void bodyOfTenMegabytesIsRefused() {
        Answer answer =
                customer.post(
                        UUID.randomUUID().toString(),
                        OrderClient.body("a".repeat(10_000_000), "10.3.1.0/24").toString());

        assertThat(answer.status()).as(answer.body()).isEqualTo(413);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        JsonNode error = answer.json().at("/errors/0");
        assertThat(error.at("/field").textValue()).isEqualTo("body");
        assertThat(error.at("/reason").textValue()).contains("allowed");
        assertThat(rows.everything()).isEqualTo(before);
    }

    @Test
    void sameKeyAndBodyGiveTheSameOrder() {
        String body = OrderClient.body("same", "10.4.1.0/24").toString();

        JsonNode first = customer.post("one-key", body).json();
        Answer again = customer.post("one-key", body.replace(",", " ,\n"));

        assertThat(again.status()).isEqualTo(202);
        assertThat(again.json().get("id")).isEqualTo(first.get("id"));
        assertThat(again.header("Location")).endsWith("/v1/orders/" + first.get("id").textValue());
        assertThat(rows.count("branch_order")).isEqualTo(ordersBefore + 1);
    }

    @Test
    void sameKeyWithAnotherBodyIsRefused() {
        customer.post("used-key", OrderClient.body("used", "10.4.2.0/24").toString());

        Answer other =
                customer.post("used-key", OrderClient.body("used", "10.4.3.0/24").toString());

        assertThat(other.status()).isEqualTo(422);
        assertThat(other.json().at("/errors/0/field").textValue()).isEqualTo("Idempotency-Key");
        assertThat(rows.count("branch_order")).isEqualTo(ordersBefore + 1);
    }

    @Test
    void duplicatesSentAtOnceAreOneOrder() throws Exception {
        String body = OrderClient.body("twin", "10.4.4.0/24").toString();

        List<JsonNode> orders =
                atOnce(
                        IntStream.range(0, 10)
                                .<Callable<JsonNode>>mapToObj(
                                        _ -> () -> customer.post("twin-key", body).json())
                                .toList());

        assertThat(orders).extracting(order -> order.get("id")).doesNotContainNull();
        assertThat(orders)
                .extracting(order -> order.get("id"))
                .containsOnly(orders.getFirst().get("id"));
        assertThat(rows.count("branch_order")).isEqualTo(ordersBefore + 1);
        assertThat(rows.count("tunnel")).isEqualTo(tunnelsBefore + 1);
    }

    @Test
    void ordersSentAtOnceGetAnAddressEach() throws Exception {
        List<JsonNode> orders =
                atOnce(
                        IntStream.range(0, 50)
                                .<Callable<JsonNode>>mapToObj(
                                        i ->
                                                () ->
                                                        customer.orderUntilAccepted(
                                                                "many" + i,
                                                                "10.5.%d.0/24".formatted(i)))
                                .toList());

        for (JsonNode order : orders) {
            customer.await(order, OrderState.CONFIGURED);
        }
        assertThat(orders)
                .extracting(
                        order ->
                                customer.tunnel(OrderClient.tunnelOf(order))
                                        .get("probeAddress")
                                        .textValue())
                .doesNotHaveDuplicates()
                .hasSize(50);
        assertThat(rows.count("tunnel WHERE branch LIKE 'many%' AND certificate IS NOT NULL"))
                .isEqualTo(50);
    }

    @Test
    void ordersAreTheCustomersOwn() {
        assertThat(customer.get("/v1/orders/" + UUID.randomUUID()).status()).isEqualTo(404);
        assertThat(customer.get("/v1/orders/lyon").status()).isEqualTo(400);
        assertThat(provisioner.get("/v1/orders/" + UUID.randomUUID(), null).status())
                .isEqualTo(401);
        assertThat(
                        provisioner
                                .get("/v1/orders/" + UUID.randomUUID(), provisioner.operatorToken())
                                .status())
                .isEqualTo(403);
    }

    @Test
    void ordersAreListedTheNewestFirstPageByPageAndToTheirCustomerAlone() {
        OrderClient lister =
                new OrderClient(provisioner, CustomerClient.tokenOfAnother(provisioner, "lister"));
        String older = lister.order("older", "10.7.1.0/24").get("id").textValue();
        String newer = lister.order("newer", "10.7.2.0/24").get("id").textValue();

        JsonNode first = lister.get("/v1/orders?limit=1").json();
        JsonNode second = lister.get("/v1/orders?limit=1&after=" + newer).json();
        JsonNode all = lister.get("/v1/orders").json();

        assertThat(first.get("orders").findValuesAsText("id")).containsExactly(newer);
        assertThat(first.get("next").textValue()).isEqualTo(newer);
        assertThat(second.get("orders").findValuesAsText("id")).containsExactly(older);
        assertThat(second.at("/orders/0/steps/0/name").textValue()).isEqualTo("validate");
        assertThat(all.get("orders").findValuesAsText("id")).containsExactly(newer, older);
        assertThat(all.get("next").isNull()).isTrue();
        assertThat(customer.get("/v1/orders?limit=500").body()).doesNotContain(older);
        assertThat(customer.get("/v1/orders?after=" + older).json().get("orders")).isEmpty();
        assertThat(lister.get("/v1/orders?limit=501").status()).isEqualTo(422);
        assertThat(lister.get("/v1/orders?after=lyon").status()).isEqualTo(400);
        assertThat(provisioner.get("/v1/orders", null).status()).isEqualTo(401);
        assertThat(provisioner.get("/v1/orders", provisioner.operatorToken()).status())
                .isEqualTo(403);
        assertThat(provisioner.get("/v1/openapi.yml", null).body()).contains("OrderList");
    }

    private void assertRefused(Answer answer, String field) {
        assertThat(answer.status()).as(answer.body()).isIn(400, 422);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.json().get("errors").findValuesAsText("field"))
                .as(answer.body())
                .containsExactly(field);
        assertThat(rows.everything()).isEqualTo(before);
    }

    private static ObjectNode withRequest(String file) throws IOException {
        ObjectNode body = OrderClient.body("csr", "10.6.3.0/24");
        body.remove("generateKey");
        return body.put("csr", new String(resource("csr/" + file), UTF_8));
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = OrderAcceptanceTest.class.getResourceAsStream("/order/" + name)) {
            return in.readAllBytes();
        }
    }

    private static <T> List<T> atOnce(List<Callable<T>> calls) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<T> results = new ArrayList<>();
            for (Future<T> call : threads.invokeAll(calls)) {
                results.add(call.get());
            }
            return results;
        }
    }
}
