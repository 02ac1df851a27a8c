package io.sallyport.provisioner.concentrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.RunningProvisioner.Answer;
import io.sallyport.provisioner.TestNode;
import io.sallyport.wire.ObservationReport;
import io.sallyport.wire.ObservationReport.Charon;
import io.sallyport.wire.ObservationReport.CharonState;
import io.sallyport.wire.ObservationReport.EspMode;

import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;

import java.net.http.HttpRequest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

class ObservationsTest {
    private final RunningProvisioner provisioner = RunningProvisioner.shared();
    private final TestNode node = TestNode.enrolled(provisioner);
    private final UUID boot = UUID.randomUUID();
    private long appliedVersion = 1;
    private final Instant start = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void joinsWhatWasWatchedWithoutAHole() {
        report(boot, 1, 0, 10);
        report(boot, 2, 10, 20);
        report(boot, 3, 25, 30);
        assertThat(spans()).containsExactly(tuple(at(0), at(20)), tuple(at(25), at(30)));
    }

    @Test
    void storesAReportOnceThatComesTwice() {
        report(boot, 1, 0, 10);
        report(boot, 2, 10, 20);
        report(boot, 2, 10, 20);
        report(boot, 1, 0, 10);
        assertThat(spans()).containsExactly(tuple(at(0), at(20)));
    }

    @Test
    void beginsAnewWithEachBoot() {
        report(boot, 1, 0, 10);
        report(UUID.randomUUID(), 1, 10, 20);
        assertThat(spans()).containsExactly(tuple(at(0), at(10)), tuple(at(10), at(20)));
    }

    @Test
    void showsTheOperatorWhatTheDaemonSaid() {
        report(boot, 1, 0, 10);
        var shown =
                provisioner
                        .get("/v1/concentrators/" + node.id(), provisioner.operatorToken())
                        .json();
        assertThat(shown.at("/state").textValue()).isEqualTo("ENROLLED");
        assertThat(shown.at("/charon/state").textValue()).isEqualTo("RUNNING");
        assertThat(shown.at("/charon/version").textValue()).isEqualTo("6.0.1");
        assertThat(shown.at("/appliedVersion").longValue()).isEqualTo(1);
        assertThat(shown.at("/lastSeen").textValue()).isNotBlank();
    }

    @Test
    void goesOnAboveVersionsThatARestoredDatabaseNeverCounted() {
        appliedVersion = 1_000;
        report(boot, 1, 0, 10);
        report(boot, 2, 10, 20);
        var shown =
                provisioner
                        .get("/v1/concentrators/" + node.id(), provisioner.operatorToken())
                        .json();
        assertThat(shown.at("/appliedVersion").longValue()).as("none of ours").isZero();
        assertThat(shown.at("/desiredVersion").longValue()).isGreaterThanOrEqualTo(1_001);
        assertThat(node.desired(1_000).status()).isEqualTo(200);
        assertThat(node.desired(5_000).json().at("/version").longValue()).isEqualTo(5_001);
        appliedVersion = 5_001;
        report(boot, 3, 20, 30);
        assertThat(
                        provisioner
                                .get("/v1/concentrators/" + node.id(), provisioner.operatorToken())
                                .json()
                                .at("/appliedVersion")
                                .longValue())
                .isEqualTo(5_001);
    }

    @Test
    void refusesAVersionThatCannotBe() {
        appliedVersion = Long.MAX_VALUE;
        assertThat(node.report(reportOf(boot, 1, at(0), at(10))).status()).isEqualTo(422);
        assertThat(node.desired(Long.MAX_VALUE).status()).isEqualTo(422);
    }

    @Test
    void refusesAReportAboutTheFuture() {
        Instant future = Instant.parse("2100-01-01T00:00:00Z");
        Answer answer = node.report(reportOf(boot, 1, future, future));
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().at("/errors/0/field").textValue()).isEqualTo("watchedTo");
    }

    @Test
    void refusesWhatIsNoReport() {
        Answer answer =
                RunningProvisioner.send(
                        node.client(),
                        node.request("reports")
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString("{\"boot\": 1}")));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
    }

    private void report(UUID from, long sequence, int fromSecond, int toSecond) {
        Answer answer = node.report(reportOf(from, sequence, at(fromSecond), at(toSecond)));
        assertThat(answer.status()).as(answer.body()).isEqualTo(204);
    }

    private ObservationReport reportOf(UUID from, long sequence, Instant first, Instant last) {
        return new ObservationReport(
                from,
                sequence,
                first,
                last,
                appliedVersion,
                new Charon(CharonState.RUNNING, Optional.of("6.0.1"), EspMode.USER_SPACE, start),
                List.of(),
                List.of());
    }

    private Instant at(int second) {
        return start.plus(second, ChronoUnit.SECONDS);
    }

    private List<Tuple> spans() {
        return provisioner
                .bean(Observations.class)
                .spans(node.id(), start.minusSeconds(60), start.plusSeconds(600))
                .stream()
                .map(span -> tuple(span.watchedFrom(), span.watchedTo()))
                .toList();
    }
}
