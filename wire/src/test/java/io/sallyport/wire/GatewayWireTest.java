package io.sallyport.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.wire.LoginDecision.Accepted;
import io.sallyport.wire.LoginDecision.Challenge;
import io.sallyport.wire.LoginDecision.Reason;
import io.sallyport.wire.LoginDecision.Refused;
import io.sallyport.wire.SessionEvent.Change;
import io.sallyport.wire.SessionEvent.Channel;
import io.sallyport.wire.SessionEvent.Counters;
import io.sallyport.wire.SessionEvent.EndReason;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

class GatewayWireTest {
    private static final UUID ID = UUID.fromString("7d1f3f6e-54a1-4b9f-8d56-000000000001");
    private static final SessionId SESSION = new SessionId("00112233445566778899aabbccddeeff");
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final IpAddress SOURCE = IpAddress.parse("2001:db8::1");

    static Stream<LoginDecision> decisions() {
        return Stream.of(
                new Accepted(new LoginGrant(SESSION, ID, "alice", policy(), NOW)),
                new Challenge(Factor.TOTP, "c2VhbGVk", "Enter the code"),
                new Refused(Reason.TOO_MANY_ATTEMPTS, "Too many attempts", 30));
    }

    @ParameterizedTest
    @MethodSource("decisions")
    void decisionsSurviveTheWire(LoginDecision decision) throws Exception {
        assertThat(WireJson.decode(WireJson.encode((Record) decision), LoginDecision.class))
                .isEqualTo(decision);
    }

    @Test
    void loginSurvivesTheWireAndPrintsNoSecret() throws Exception {
        LoginRequest request = request("correct horse");

        assertThat(WireJson.decode(WireJson.encode(request), LoginRequest.class))
                .isEqualTo(request);
        assertThat(request.toString())
                .contains("alice")
                .doesNotContain("correct horse", "123456", "continued");
        assertThat(new Challenge(Factor.TOTP, "continued", "").toString())
                .doesNotContain("continued");
    }

    @Test
    void loginNeedsOnlyAGroupAndASource() throws Exception {
        String json =
                """
                {"group":"staff","clientCertificateChain":[],"sourceAddress":"192.0.2.1"}\
                """;

        assertThat(decode(json, LoginRequest.class).username()).isEmpty();
    }

    @Test
    void refusesALoginBeyondItsBounds() {
        assertThatThrownBy(() -> request("x".repeat(LoginRequest.MAX_PASSWORD + 1)))
                .hasMessageContaining("password")
                .hasMessageNotContaining("xxx");
    }

    @Test
    void stateSurvivesTheWire() throws Exception {
        GatewayState state =
                new GatewayState(
                        3,
                        ID,
                        "acme",
                        List.of(policy()),
                        IpNetwork.parse("10.74.0.0/22"),
                        Optional.of(IpNetwork.parse("fd74::/112")),
                        "PEM",
                        Optional.of(Octets.of(new byte[] {48, 3})),
                        "PEM",
                        "PEM",
                        1500,
                        443,
                        300,
                        List.of(new GatewayState.Disconnect(SESSION, "Ended by the customer")));

        assertThat(WireJson.decode(WireJson.encode(state), GatewayState.class)).isEqualTo(state);
    }

    static Stream<Change> changes() {
        return Stream.of(
                new SessionEvent.Started(
                        SOURCE, Optional.of(IpAddress.parse("10.74.0.2")), Optional.empty()),
                new SessionEvent.Roamed(SOURCE),
                new SessionEvent.Carried(),
                new SessionEvent.Lost(),
                new SessionEvent.Ended(EndReason.IDLE_TIMEOUT));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void eventsSurviveTheWire(Change change) throws Exception {
        SessionReport report =
                new SessionReport(
                        List.of(
                                new SessionEvent(
                                        SESSION,
                                        1,
                                        NOW,
                                        Channel.DTLS,
                                        new Counters(1, 2, 3, 4),
                                        change)));

        assertThat(WireJson.decode(WireJson.encode(report), SessionReport.class)).isEqualTo(report);
    }

    @Test
    void valuesAreWrittenAsPeopleReadThem() {
        assertThat(new String(WireJson.encode(policy()), StandardCharsets.UTF_8))
                .contains(
                        "\"action\":\"allow\"",
                        "\"protocol\":\"tcp\"",
                        "\"includeRoutes\":[\"10.1.0.0/16\"]",
                        "\"corp.example\"");
    }

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = "/wire/malformed-policies.csv", delimiter = '|')
    void refusesMalformedPolicy(String why, String field, String value) throws Exception {
        String json = new String(WireJson.encode(policy()), StandardCharsets.UTF_8);
        String altered = json.replaceFirst("\"" + field + "\":(\\[[^\\]]*\\]|\"[^\"]*\"|\\d+)", "");
        assertThat(altered).as(why).isNotEqualTo(json);
        String malformed = "{\"" + field + "\":" + value + "," + altered.substring(1);

        assertThatThrownBy(
                        () ->
                                decode(
                                        malformed.replace(",,", ",").replace(",}", "}"),
                                        GroupPolicy.class))
                .isInstanceOf(MalformedWireException.class);
    }

    @Test
    void icmpIsThatOfTheNetworksFamily() {
        assertThat(IpProtocol.ICMP.numberIn(IpNetwork.parse("0.0.0.0/0"))).isEqualTo(1);
        assertThat(IpProtocol.ICMP.numberIn(IpNetwork.parse("::/0"))).isEqualTo(58);
        assertThat(IpProtocol.parse("47").numberIn(IpNetwork.parse("::/0"))).isEqualTo(47);
    }

    @Test
    void sessionIdIsItsOctets() {
        assertThat(SessionId.of(SESSION.toOctets())).isEqualTo(SESSION);
        assertThatThrownBy(() -> SessionId.of(new byte[15]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static <T> T decode(String json, Class<T> type) throws MalformedWireException {
        return WireJson.decode(json.getBytes(StandardCharsets.UTF_8), type);
    }

    private static LoginRequest request(String password) {
        return new LoginRequest(
                "staff",
                Optional.of("alice"),
                Optional.of(password),
                Optional.of("123456"),
                Optional.of("continued"),
                List.of(Octets.of(new byte[] {48, 0})),
                SOURCE,
                Optional.of("laptop"));
    }

    private static GroupPolicy policy() {
        return new GroupPolicy(
                "staff",
                "Staff people",
                Set.of(Factor.PASSWORD, Factor.TOTP),
                List.of(IpNetwork.parse("10.1.0.0/16")),
                List.of(IpNetwork.parse("10.1.9.0/24")),
                List.of(IpAddress.parse("10.1.0.53")),
                List.of(new DnsName("corp.example")),
                Optional.of(new DnsName("corp.example")),
                Optional.of("Welcome"),
                1400,
                30,
                20,
                0,
                28_800,
                86_400,
                List.of(
                        new FirewallRule(
                                FirewallRule.Action.ALLOW,
                                IpNetwork.parse("10.1.0.0/16"),
                                IpProtocol.TCP,
                                443,
                                443)),
                0,
                0,
                2);
    }
}
