package io.sallyport.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.wire.DesiredState.DesiredTunnel;
import io.sallyport.wire.ObservationReport.Charon;
import io.sallyport.wire.ObservationReport.CharonState;
import io.sallyport.wire.ObservationReport.EspMode;
import io.sallyport.wire.ObservationReport.Truth;
import io.sallyport.wire.ObservationReport.TruthChange;
import io.sallyport.wire.ObservationReport.TunnelObservation;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

class WireJsonTest {
    private static final UUID TUNNEL = UUID.fromString("7d1f3f6e-54a1-4b9f-8d56-000000000001");
    private static final UUID HUB = UUID.fromString("7d1f3f6e-54a1-4b9f-8d56-000000000002");

    @Test
    void desiredStateSurvivesTheWire() throws Exception {
        DesiredState state = desiredState();

        assertThat(WireJson.decode(WireJson.encode(state), DesiredState.class)).isEqualTo(state);
    }

    @Test
    void whatIsMissingForThoseWhoKnowNoRotationIsNothing() throws Exception {
        String json = new String(WireJson.encode(desiredState()), StandardCharsets.UTF_8);

        assertThat(json).doesNotContain("keys", "authenticatedAfter");
        assertThat(
                        WireJson.decode(json.getBytes(StandardCharsets.UTF_8), DesiredState.class)
                                .keys())
                .isEmpty();
    }

    @Test
    void reportSurvivesTheWire() throws Exception {
        ObservationReport report = report();

        assertThat(WireJson.decode(WireJson.encode(report), ObservationReport.class))
                .isEqualTo(report);
    }

    @Test
    void writesValuesAsPeopleReadThem() {
        String json = new String(WireJson.encode(desiredState()), StandardCharsets.UTF_8);

        assertThat(json)
                .contains("\"lyon.acme.example\"", "\"10.1.1.0/24\"", "\"100.64.0.7\"", "\"PT5S\"");
    }

    @Test
    void passesOverFieldsOfANewerPeer() throws Exception {
        String json = new String(WireJson.encode(report()), StandardCharsets.UTF_8);
        String newer = json.replaceFirst("\\{", "{\"addedLater\":[1,2],");

        assertThat(WireJson.decode(newer.getBytes(StandardCharsets.UTF_8), ObservationReport.class))
                .isEqualTo(report());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{}",
                "{\"version\":1}",
                "{\"version\":",
                "{\"clientRequestPem\":\"a\"}",
                "{\"clientRequestPem\":\"a\",\"ikeRequestPem\":\"b\"} trailing"
            })
    void refusesWhatIsNoValidRecord(String json) {
        byte[] octets = json.getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> WireJson.decode(octets, Enrolment.Request.class))
                .isInstanceOf(MalformedWireException.class);
        assertThatThrownBy(() -> WireJson.decode(octets, DesiredState.class))
                .isInstanceOf(MalformedWireException.class);
    }

    @Test
    void refusesNestingBeyondAnyRecord() {
        byte[] octets = "[".repeat(100_000).getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> WireJson.decode(octets, DesiredState.class))
                .isInstanceOf(MalformedWireException.class);
    }

    @Test
    void refusesDesiredStateThatNamesATunnelTwice() {
        DesiredState state = desiredState();
        List<DesiredTunnel> twice = List.of(state.tunnels().getFirst(), state.tunnels().getFirst());

        assertThatThrownBy(
                        () ->
                                new DesiredState(
                                        1,
                                        HUB,
                                        state.local(),
                                        state.authorities(),
                                        state.revocationLists(),
                                        twice))
                .hasMessageContaining("twice");
    }

    private static DesiredState desiredState() {
        CryptoPolicy crypto =
                new CryptoPolicy(
                        List.of("aes256gcm16-prfsha384-ecp256"),
                        List.of("aes256gcm16-ecp256"),
                        Duration.ofHours(4),
                        Duration.ofHours(1),
                        Duration.ofSeconds(5));
        return new DesiredState(
                7,
                HUB,
                new DesiredState.LocalEndpoint(
                        new DnsName("hub1.concentrators.example"),
                        IpAddress.parse("192.0.2.1"),
                        IpAddress.parse("10.0.0.1")),
                List.of(new DesiredState.Authority("root", "PEM")),
                List.of(new DesiredState.RevocationList("sites", 3, "PEM")),
                List.of(
                        new DesiredTunnel(
                                TUNNEL,
                                new DnsName("lyon.acme.example"),
                                List.of(IpNetwork.parse("10.0.0.0/24")),
                                List.of(
                                        IpNetwork.parse("10.1.1.0/24"),
                                        IpNetwork.parse("100.64.0.7/32")),
                                IpAddress.parse("100.64.0.7"),
                                crypto)));
    }

    private static ObservationReport report() {
        Instant from = Instant.parse("2026-01-01T00:00:00Z");
        return new ObservationReport(
                HUB,
                1,
                from,
                from.plusSeconds(2),
                7,
                new Charon(CharonState.RUNNING, Optional.of("5.9.8"), EspMode.USER_SPACE, from),
                List.of(
                        new TunnelObservation(
                                TUNNEL,
                                true,
                                Optional.empty(),
                                Optional.empty(),
                                false,
                                Optional.of(Duration.ofMillis(3)))),
                List.of(
                        new TruthChange(
                                TUNNEL, Truth.LOADED, true, from.plusSeconds(1), "ordered")));
    }
}
