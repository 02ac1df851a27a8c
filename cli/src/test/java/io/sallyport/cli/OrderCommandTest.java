package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.cli.CommandFixture.Ran;
import io.sallyport.cli.FakeProvisioner.Answer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class OrderCommandTest {
    private static final String ORDER = "0a0a0a0a-0000-4000-8000-000000000001";
    private static final String TUNNEL = "0a0a0a0a-0000-4000-8000-000000000002";
    private static final String VALIDATED =
            """
            {"name":"validate","outcome":"DONE","startedAt":"2026-11-22T06:00:00Z",
             "finishedAt":"2026-11-22T06:00:00.003Z","detail":null}\
            """;
    @RegisterExtension private final CommandFixture user = new CommandFixture();

    private static String order(String state, String... steps) {
        return """
        {"id":"%s","tunnel":"%s","branch":"lyon","state":"%s","createdAt":"2026-11-22T06:00:00Z",
         "steps":[%s]}\
        """
                .formatted(ORDER, TUNNEL, state, String.join(",", steps));
    }

    private static String credential(String outcome, String finishedAt, String detail) {
        return """
        {"name":"credential","outcome":"%s","startedAt":"2026-11-22T06:00:00.003Z",
         "finishedAt":%s,"detail":%s}\
        """
                .formatted(outcome, finishedAt, detail);
    }

    @Test
    void ordersAreListedPageByPage() {
        String order =
                """
                {"id":"%s","tunnel":"t","branch":"%s","state":"%s","createdAt":"2026-11-22T06:00:00Z","steps":[]}
                """;
        user.loggedIn()
                .provisioner()
                .on(
                        "GET /v1/orders?limit=500",
                        "{\"orders\":[%s],\"next\":\"o-2\"}"
                                .formatted(order.formatted("o-2", "lyon", "READY")))
                .on(
                        "GET /v1/orders?limit=500&after=o-2",
                        "{\"orders\":[%s],\"next\":null}"
                                .formatted(order.formatted("o-1", "metz", "FAILED")));

        assertThat(user.run("order", "list").out())
                .containsSubsequence("BRANCH", "lyon", "READY", "o-2", "metz", "FAILED", "o-1");
        assertThat(user.run("order", "list", "--state", "failed").out())
                .contains("metz")
                .doesNotContain("lyon");
    }

    @Test
    void orderIsPlacedAsItWasTyped() {
        user.loggedIn()
                .provisioner()
                .on("POST /v1/orders", Answer.json(202, order("ACCEPTED", VALIDATED)));

        Ran ran =
                user.run(
                        "order",
                        "create",
                        "lyon",
                        "-n",
                        "10.20.1.0/24,10.20.2.0/24",
                        "--generate-key",
                        "--idempotency-key",
                        "lyon-1");

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.out()).contains(ORDER, TUNNEL, "ACCEPTED", "validate", "3 ms");
        FakeProvisioner.Request request = user.provisioner().requests().getLast();
        assertThat(request.header("Idempotency-key")).isEqualTo("lyon-1");
        assertThat(request.body())
                .isEqualTo(
                        "{\"branch\":\"lyon\",\"protectedNetworks\":[\"10.20.1.0/24\",\"10.20.2.0/24\"],"
                            + "\"deviceFamily\":\"strongswan\",\"generateKey\":true}");
    }

    @Test
    void requestForTheBranchsOwnKeyIsReadFromAFile() throws IOException {
        Path csr = Files.writeString(user.home().resolve("lyon.csr"), "-----BEGIN CERT\nMIIB\n");
        user.loggedIn()
                .provisioner()
                .on("POST /v1/orders", Answer.json(202, order("ACCEPTED", VALIDATED)));

        Ran ran =
                user.run("order", "create", "lyon", "-n", "10.20.1.0/24", "--csr", csr.toString());

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(user.provisioner().requests().getLast().body())
                .contains("\"csr\":\"-----BEGIN CERT\\nMIIB\\n\"")
                .doesNotContain("generateKey");
    }

    @Test
    void waitingTellsEachStepAsItBeginsAndEnds() {
        user.loggedIn()
                .watched()
                .provisioner()
                .on("POST /v1/orders", Answer.json(202, order("ACCEPTED", VALIDATED)))
                .on(
                        "GET /v1/orders/" + ORDER,
                        Answer.json(
                                200,
                                order(
                                        "ACCEPTED",
                                        VALIDATED,
                                        credential("RUNNING", "null", "null"))),
                        Answer.broken(),
                        Answer.json(
                                200,
                                order(
                                        "READY",
                                        VALIDATED,
                                        credential(
                                                "DONE", "\"2026-11-22T06:00:00.050Z\"", "null"))));

        Ran ran =
                user.run(
                        "order",
                        "create",
                        "--generate-key",
                        "--wait",
                        "lyon",
                        "-n",
                        "10.20.1.0/24");

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.err().lines())
                .containsExactly(
                        "validate     done     3 ms",
                        "credential   running  ...",
                        "the connection to %s/ broke; trying again"
                                .formatted(user.provisioner().url()),
                        "credential   done     47 ms",
                        "Next: sallyport tunnel configuration %s --directory lyon"
                                .formatted(TUNNEL));
        assertThat(ran.out()).contains("READY");
    }

    @Test
    void failedOrderIsAnErrorOfItsOwn() {
        user.loggedIn()
                .provisioner()
                .on("POST /v1/orders", Answer.json(202, order("ACCEPTED", VALIDATED)))
                .on(
                        "GET /v1/orders/" + ORDER,
                        order(
                                "FAILED",
                                VALIDATED,
                                credential(
                                        "FAILED",
                                        "\"2026-11-22T06:00:00.050Z\"",
                                        "\"the key is too small\"")));

        Ran ran =
                user.run(
                        "order",
                        "create",
                        "lyon",
                        "-n",
                        "10.20.1.0/24",
                        "--generate-key",
                        "--wait");

        assertThat(ran.exitCode()).isEqualTo(5);
        assertThat(ran.err())
                .isEqualTo(
                        "sallyport: order %s failed at the step 'credential': the key is too small\n"
                                .formatted(ORDER));
    }

    @Test
    void waitingEndsWhenItsTimeIsOver() {
        user.loggedIn().provisioner().on("GET /v1/orders/" + ORDER, order("CONFIGURED", VALIDATED));

        Ran ran =
                user.run(
                        "order",
                        "show",
                        ORDER,
                        "--wait",
                        "--until",
                        "live",
                        "--wait-seconds",
                        "60");

        assertThat(ran.exitCode()).isEqualTo(4);
        assertThat(ran.err())
                .contains("not within 60 s: order %s is live".formatted(ORDER))
                .contains("It goes on without this command");
    }

    @Test
    void lostAnswerSaysHowToRepeatTheSameOrder() {
        user.loggedIn().provisioner().on("POST /v1/orders", Answer.broken());

        Ran ran =
                user.run(
                        "order",
                        "create",
                        "lyon",
                        "-n",
                        "10.20.1.0/24",
                        "--generate-key",
                        "--idempotency-key",
                        "lyon-1");

        assertThat(ran.exitCode()).isEqualTo(3);
        assertThat(ran.err())
                .contains("whether the order was taken is not known")
                .contains("--idempotency-key lyon-1");
    }

    @Test
    void everyFieldThatIsWrongIsTold() {
        user.loggedIn()
                .provisioner()
                .on(
                        "POST /v1/orders",
                        Answer.problem(
                                422,
                                """
                                {"type":"/problems/invalid-request","title":"Invalid request",
                                 "status":422,"detail":"branch: expected a label (and 1 more)",
                                 "errors":[{"field":"branch","reason":"expected a label"},
                                 {"field":"protectedNetworks[0]","reason":"overlaps with paris"}]}\
                                """));

        Ran ran = user.run("order", "create", "Lyon!", "-n", "10.0.0.0/8", "--generate-key");

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.err())
                .isEqualTo(
                        """
                        sallyport: refused: Invalid request
                          branch: expected a label
                          protectedNetworks[0]: overlaps with paris
                        """);
    }

    @Test
    void keyMustComeFromOneSide() {
        assertThat(user.run("order", "create", "lyon", "-n", "10.0.0.0/8").exitCode()).isEqualTo(2);
        assertThat(
                        user.run(
                                        "order",
                                        "create",
                                        "lyon",
                                        "-n",
                                        "10.0.0.0/8",
                                        "--generate-key",
                                        "--csr",
                                        "x")
                                .exitCode())
                .isEqualTo(2);
    }
}
