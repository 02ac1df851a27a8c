package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.cli.CommandFixture.Ran;
import io.sallyport.cli.FakeProvisioner.Answer;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What operators see of nodes, and customers of their teleworkers. */
class NodeAndTeleworkerCommandsTest {
    private static final String ID = "0d0d0d0d-0000-4000-8000-000000000001";
    private static final String SECRETS = "POST /v1/teleworkers/%s/enrolment-secrets".formatted(ID);
    private static final String CONCENTRATORS =
            """
            {"concentrators":[
              {"id":"%1$s","name":"east","identity":"east.nodes","ikeAddress":"192.0.2.7",
               "state":"ENROLLED","desiredVersion":12,"appliedVersion":11,
               "lastSeen":"2026-11-22T06:00:00Z",
               "charon":{"state":"UP","version":"5.9.8","espMode":"KERNEL"},
               "keys":{"notAfter":"2026-12-01T06:00:00Z","renewalLate":true}},
              {"id":"%1$s","name":"west\\u001b[31m","identity":"west.nodes","ikeAddress":"192.0.2.8",
               "state":"REGISTERED","desiredVersion":1,"appliedVersion":null,"lastSeen":null,
               "charon":null,"keys":null}]}
            """
                    .formatted(ID);

    @RegisterExtension private final CommandFixture user = new CommandFixture();

    @BeforeEach
    void logIn() {
        user.loggedIn();
    }

    @Test
    void concentratorsAreListedWithTheirStandAndLateRenewals() {
        user.provisioner().on("GET /v1/concentrators", CONCENTRATORS);

        Ran ran = user.run("concentrator", "list");

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.out().lines().toList().get(1))
                .containsSubsequence(
                        "east",
                        "ENROLLED",
                        "11 of 12",
                        "UP 5.9.8",
                        "2026-11-22 06:00:00Z",
                        "2026-12-01 06:00:00Z, renewal is late",
                        "192.0.2.7",
                        ID);
        assertThat(ran.out().lines().toList().get(2))
                .contains("REGISTERED", "- of 1", "\\u001b[31m")
                .doesNotContain("late", "\u001b");
    }

    @Test
    void jsonIsWhatTheApiSays() {
        user.provisioner().on("GET /v1/concentrators", CONCENTRATORS);

        Ran ran = user.run("concentrator", "list", "--output", "json");

        assertThat(ran.out()).contains("\"identity\" : \"east.nodes\"", "\"espMode\"");
    }

    @Test
    void gatewaysAreListed() {
        user.provisioner()
                .on(
                        "GET /v1/gateways",
                        """
                        {"gateways":[{"id":"%s","name":"gate","customer":"acme","state":"ENROLLED",
                          "serverNames":["vpn.example.net","192.0.2.1"],
                          "lastSeen":"2026-11-22T06:00:00Z",
                          "keys":{"notAfter":"2026-12-01T06:00:00Z","renewalLate":false}}]}
                        """
                                .formatted(ID));

        Ran ran = user.run("gateway", "list");

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.out())
                .containsSubsequence(
                        "SERVER NAMES",
                        "gate",
                        "acme",
                        "2026-12-01 06:00:00Z",
                        "vpn.example.net,192.0.2.1")
                .doesNotContain("late");
    }

    @Test
    void aTeleworkersSecretIsMadeByUserNameOnAnyPageAndShownOnce() {
        user.provisioner()
                .on(
                        "GET /v1/teleworkers?limit=500",
                        "{\"teleworkers\":[%s],\"next\":\"x\"}".formatted(teleworker("0e", "bob")))
                .on(
                        "GET /v1/teleworkers?limit=500&after=x",
                        "{\"teleworkers\":[%s],\"next\":null}".formatted(teleworker(ID, "ann")))
                .on(
                        SECRETS,
                        Answer.json(
                                201,
                                """
                                {"username":"ann@acme.sallyport.internal","secret":"once-only",
                                 "expiresAt":"2026-11-25T08:00:00Z","estUrl":"https://est:8445"}
                                """));

        assertThat(user.run("teleworker", "list").out()).contains("ann", "bob", "staff", ID);
        for (String typed : new String[] {"ann", ID}) {
            Ran ran = user.run("teleworker", "enrolment-secret", typed, "--hours", "72");
            assertThat(ran.exitCode()).as(ran.err()).isZero();
            assertThat(ran.out()).contains("ann@acme.sallyport.internal", "once-only", "this once");
            assertThat(user.provisioner().requests().getLast().body())
                    .isEqualTo("{\"validFor\":\"PT72H\"}");
        }
    }

    @Test
    void nobodyOfThatNameGetsNoSecret() {
        user.provisioner().on("GET /v1/teleworkers?limit=500", "{\"teleworkers\":[]}");

        Ran ran = user.run("teleworker", "enrolment-secret", "eve");

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.err()).contains("no teleworker is called 'eve'", "teleworker list");
        assertThat(user.provisioner().lines()).doesNotContain(SECRETS);
    }

    private static String teleworker(String id, String username) {
        return """
        {"id":"%s","username":"%s","state":"ACTIVE","groups":["staff"],
         "createdAt":"2026-11-20T08:00:00Z"}\
        """
                .formatted(id, username);
    }
}
