package io.sallyport.provisioner.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.pki.pem.MalformedPemException;
import io.sallyport.pki.pem.Pem;
import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.SharedPostgres;
import io.sallyport.provisioner.TestClock;
import io.sallyport.provisioner.TestGateway;
import io.sallyport.provisioner.TestNode;
import io.sallyport.provisioner.order.Rows;
import io.sallyport.provisioner.teleworker.CustomerClient;
import io.sallyport.wire.GatewayState;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.LoginDecision;
import io.sallyport.wire.LoginRequest;
import io.sallyport.wire.Octets;
import io.sallyport.wire.SessionEvent;
import io.sallyport.wire.SessionEvent.Change;
import io.sallyport.wire.SessionEvent.Channel;
import io.sallyport.wire.SessionEvent.Counters;
import io.sallyport.wire.SessionEvent.EndReason;
import io.sallyport.wire.SessionId;
import io.sallyport.wire.SessionReport;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class SessionTest {
    private static final String PASSWORD = "correct horse battery";
    private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");
    private static final IpAddress SOURCE = IpAddress.parse("192.0.2.7");

    private final RunningProvisioner provisioner = RunningProvisioner.shared();
    private final CustomerClient customer = new CustomerClient(provisioner);
    private final TestGateway gateway = TestGateway.enrolled(provisioner);
    private final String group = customer.group("\"PASSWORD\"");
    private final JsonNode alice = teleworker(customer, group);

    @Test
    void countsEachEventOnce() {
        SessionId session = login(gateway, group, alice);
        SessionReport report =
                new SessionReport(
                        List.of(
                                event(session, 1, started(), new Counters(0, 0, 0, 0)),
                                event(
                                        session,
                                        5,
                                        new SessionEvent.Carried(),
                                        new Counters(10, 20, 1, 2))));
        assertThat(gateway.report(report).status()).isEqualTo(204);
        assertThat(gateway.report(report).status()).isEqualTo(204);

        JsonNode seen = show(session);
        assertThat(seen.get("state").textValue()).isEqualTo("CONNECTED");
        assertThat(seen.get("innerV4").textValue()).isEqualTo("10.74.0.2");
        assertThat(seen.get("octetsFromClient").longValue()).isEqualTo(10);
        assertThat(seen.get("octetsToClient").longValue()).isEqualTo(20);
        assertThat(seen.get("packetsFromClient").longValue()).isEqualTo(1);
        assertThat(seen.get("packetsToClient").longValue()).isEqualTo(2);
        assertThat(Instant.parse(seen.get("lastEventAt").textValue())).isEqualTo(AT);
        assertThat(
                        new Rows(provisioner)
                                .count("session_event WHERE session = '%s'".formatted(session)))
                .isEqualTo(2);
    }

    @Test
    void saysThatASessionIsOver() {
        SessionId session = login(gateway, group, alice);
        assertThat(show(session).get("state").textValue()).isEqualTo("GRANTED");
        report(gateway, event(session, 1, started(), Counters.NONE));
        report(gateway, event(session, 2, new SessionEvent.Ended(EndReason.LOGOUT), Counters.NONE));

        assertThat(show(session).get("state").textValue()).isEqualTo("ENDED");
        assertThat(show(session).get("endReason").textValue()).isEqualTo("LOGOUT");
        assertThat(Instant.parse(show(session).get("endedAt").textValue())).isEqualTo(AT);
        assertThat(customer.get("/v1/teleworker-sessions").body()).doesNotContain(session.hex());
    }

    @Test
    void takesNoWordOfAnotherGatewaysSession() {
        SessionId session = login(gateway, group, alice);
        TestGateway other = TestGateway.enrolled(provisioner);
        report(other, event(session, 1, started(), Counters.NONE));
        assertThat(show(session).get("state").textValue()).isEqualTo("GRANTED");
    }

    @Test
    void tellsTheGatewayToEndASessionUntilItIsOver() {
        SessionId session = login(gateway, group, alice);
        long version = gateway.desired(0).version();
        assertThat(customer.delete("/v1/teleworker-sessions/" + session).status()).isEqualTo(202);

        GatewayState told = gateway.desired(version);
        assertThat(told.disconnect()).extracting("session").containsExactly(session);
        assertThat(show(session).get("state").textValue()).isEqualTo("ENDING");

        report(
                gateway,
                event(session, 1, new SessionEvent.Ended(EndReason.DISCONNECTED), Counters.NONE));
        assertThat(gateway.desired(told.version()).disconnect()).isEmpty();
    }

    @Test
    void blockingDeletingAndRegroupingEndSessionsWithinSeconds() {
        for (String how : List.of("block", "delete", "regroup")) {
            JsonNode bob = teleworker(customer, group);
            String path = "/v1/teleworkers/" + bob.get("id").textValue();
            SessionId session = login(gateway, group, bob);
            long version = gateway.desired(0).version();
            long before = System.nanoTime();
            int status =
                    switch (how) {
                        case "block" -> customer.post(path + "/block", "").status();
                        case "delete" -> customer.delete(path).status();
                        default -> customer.put(path + "/groups", "{\"groups\": []}").status();
                    };
            assertThat(status).as(how).isBetween(200, 204);

            assertThat(gateway.desired(version).disconnect())
                    .as(how)
                    .extracting("session")
                    .contains(session);
            assertThat(Duration.ofNanos(System.nanoTime() - before))
                    .isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void revokingACertificateEndsWhatItOpenedAndNothingElse() throws Exception {
        String certified = customer.group("\"CERTIFICATE\"");
        JsonNode dora = customer.teleworker(certified, "");
        String path = "/v1/teleworkers/%s/certificates".formatted(dora.get("id").textValue());
        JsonNode lost = issue(path);
        JsonNode kept = issue(path);
        SessionId ofLost = login(gateway, certified, lost);
        SessionId ofKept = login(gateway, certified, kept);
        long version = gateway.desired(0).version();
        assertThat(customer.delete(path + "/" + lost.get("id").textValue()).status())
                .isEqualTo(204);

        GatewayState told = gateway.desired(version);
        assertThat(told.disconnect())
                .extracting("session", "message")
                .contains(tuple(ofLost, "Your client certificate has been revoked."));
        assertThat(show(ofLost).get("state").textValue()).isEqualTo("ENDING");
        assertThat(show(ofKept).get("state").textValue()).isEqualTo("GRANTED");
    }

    @Test
    void endsTheOldestSessionOfAUserWhoHasTooMany() {
        String limited = customer.group("\"PASSWORD\"", ", \"maximumSessionsPerUser\": 1");
        JsonNode carol = teleworker(customer, limited);
        SessionId first = login(gateway, limited, carol);
        SessionId second = login(gateway, limited, carol);

        assertThat(show(first).get("state").textValue()).isEqualTo("ENDING");
        assertThat(show(second).get("state").textValue()).isEqualTo("GRANTED");
    }

    @Test
    void nobodyElseSeesOrEndsASession() {
        SessionId session = login(gateway, group, alice);
        CustomerClient other = CustomerClient.other(provisioner, CustomerClient.fresh("peeper"));
        assertThat(other.get("/v1/teleworker-sessions/" + session).status()).isEqualTo(404);
        assertThat(other.delete("/v1/teleworker-sessions/" + session).status()).isEqualTo(404);
        assertThat(customer.get("/v1/teleworker-sessions/no-session").status()).isEqualTo(404);
    }

    @Test
    void closesTheBooksOnWhatTheGatewayForgot(@TempDir Path data) throws IOException {
        var clock = new TestClock();
        try (var own =
                RunningProvisioner.start(data, SharedPostgres.newDatabase(), Map.of(), clock)) {
            var client = new CustomerClient(own);
            TestGateway there = TestGateway.enrolled(own);
            String shortLived = client.group("\"PASSWORD\"", ", \"sessionTimeoutSeconds\": 60");
            SessionId session = login(there, shortLived, teleworker(client, shortLived));
            client.delete("/v1/teleworker-sessions/" + session);
            assertThat(there.desired(0).disconnect()).hasSize(1);

            clock.advance(Duration.ofMinutes(12));
            own.bean(Sessions.class).closeOverdue();

            assertThat(there.desired(0).disconnect()).isEmpty();
            assertThat(
                            client.get("/v1/teleworker-sessions/" + session)
                                    .json()
                                    .get("endReason")
                                    .textValue())
                    .isEqualTo("SESSION_TIMEOUT");
        }
    }

    private JsonNode show(SessionId session) {
        return customer.get("/v1/teleworker-sessions/" + session).json();
    }

    private static JsonNode teleworker(CustomerClient customer, String group) {
        return customer.teleworker(group, ", \"password\": \"%s\"".formatted(PASSWORD));
    }

    private JsonNode issue(String path) {
        String request = TestNode.request(TestNode.ecKey("secp256r1")).replace("\n", "\\n");
        return CustomerClient.created(customer.post(path, "{\"csr\": \"%s\"}".formatted(request)));
    }

    /** By password, or by a certificate as it was issued. */
    private static SessionId login(TestGateway gateway, String group, JsonNode proof) {
        JsonNode chain = proof.get("chain");
        LoginDecision decision =
                gateway.login(
                        new LoginRequest(
                                group,
                                Optional.ofNullable(proof.get("username")).map(JsonNode::textValue),
                                chain == null ? Optional.of(PASSWORD) : Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                chain == null ? List.of() : List.of(first(chain.textValue())),
                                SOURCE,
                                Optional.empty()));
        assertThat(decision).isInstanceOf(LoginDecision.Accepted.class);
        return ((LoginDecision.Accepted) decision).grant().session();
    }

    private static Octets first(String chainPem) {
        try {
            return Octets.of(Pem.certificates(chainPem).getFirst().getEncoded());
        } catch (MalformedPemException | CertificateEncodingException e) {
            throw new AssertionError(chainPem, e);
        }
    }

    private static void report(TestGateway gateway, SessionEvent event) {
        assertThat(gateway.report(new SessionReport(List.of(event))).status()).isEqualTo(204);
    }

    private static Change started() {
        return new SessionEvent.Started(
                SOURCE, Optional.of(IpAddress.parse("10.74.0.2")), Optional.empty());
    }

    private static SessionEvent event(
            SessionId session, long sequence, Change change, Counters carried) {
        return new SessionEvent(session, sequence, AT, Channel.DTLS, carried, change);
    }
}
