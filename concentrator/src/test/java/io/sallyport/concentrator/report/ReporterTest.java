package io.sallyport.concentrator.report;

import static io.sallyport.concentrator.Desired.state;
import static io.sallyport.concentrator.Desired.tunnel;
import static io.sallyport.node.FakeProvisioner.answer;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sallyport.concentrator.observe.Observations;
import io.sallyport.concentrator.reconcile.Pass;
import io.sallyport.node.FakeProvisioner;
import io.sallyport.node.TestClock;
import io.sallyport.node.provisioner.Backoff;
import io.sallyport.node.provisioner.ProvisionerConnection;
import io.sallyport.wire.ObservationReport;
import io.sallyport.wire.ObservationReport.EspMode;
import io.sallyport.wire.WireJson;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.regex.Pattern;

@Timeout(30)
class ReporterTest {
    private static final String PATH = "/reports";
    private static final Pattern MEMBER = Pattern.compile("\"(\\w+)\":");

    private final TestClock clock = new TestClock();
    private final Observations observations = new Observations(clock);
    private final BlockingQueue<byte[]> bodies = new LinkedBlockingQueue<>();
    private final BlockingQueue<ObservationReport> reports = new LinkedBlockingQueue<>();
    private final BlockingQueue<Integer> statuses = new LinkedBlockingQueue<>();
    private FakeProvisioner provisioner;
    private ProvisionerConnection connection;
    private Thread thread;

    @BeforeEach
    void start() throws IOException {
        provisioner = new FakeProvisioner(true);
        provisioner.on(
                PATH,
                exchange -> {
                    Integer status = statuses.poll();
                    byte[] body = exchange.getRequestBody().readAllBytes();
                    bodies.add(body);
                    reports.add(WireJson.decode(body, ObservationReport.class));
                    answer(exchange, status == null ? 204 : status, new byte[0]);
                });
        connection = provisioner.connection();
        Reporter reporter =
                new Reporter(
                        connection,
                        provisioner.url(PATH),
                        UUID.randomUUID(),
                        observations,
                        new Backoff(Duration.ofMillis(5), Duration.ofMillis(20), new Random(1)));
        thread =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        reporter.run();
                                    } catch (InterruptedException _) {
                                        // the test is over
                                    }
                                });
        observations.wanted(state(1, tunnel(1)));
        observations.charonIsAbsent();
        observations.tick();
    }

    @AfterEach
    void stop() throws Exception {
        thread.interrupt();
        thread.join();
        connection.close();
        provisioner.close();
    }

    @Test
    void numbersReportsWithoutGaps() throws InterruptedException {
        assertThat(reports.take().sequence()).isEqualTo(1);
        apply(7);
        ObservationReport second = reports.take();
        assertThat(second.sequence()).isEqualTo(2);
        assertThat(second.appliedVersion()).isEqualTo(7);
    }

    @Test
    void sendsTheSameReportUntilItIsAcknowledged() throws InterruptedException {
        ObservationReport first = reports.take();
        statuses.addAll(List.of(503, 500));
        clock.pass(Duration.ofSeconds(1));
        apply(7);
        ObservationReport second = reports.take();
        assertThat(second.watchedFrom()).isEqualTo(first.watchedTo());
        assertThat(reports.take()).isEqualTo(second);
        assertThat(reports.take()).isEqualTo(second);
        apply(8);
        assertThat(reports.take().sequence()).isEqualTo(3);
    }

    /** All that a report can say stands here: nothing of it is a key, or has room for one. */
    @Test
    void saysNothingThatCouldBeAKey() throws InterruptedException {
        observations.charonRuns("5.9.8", EspMode.KERNEL);
        observations.refused(tunnel(1).id(), "invalid value for: proposals");
        apply(7);
        // What happened meanwhile may come in one report or in several.
        StringBuilder posted = new StringBuilder();
        while (posted.indexOf("invalid value for: proposals") < 0) {
            posted.append(new String(bodies.take(), UTF_8));
        }
        assertThat(MEMBER.matcher(posted).results().map(member -> member.group(1)))
                .contains("tunnels", "loaded")
                .isSubsetOf(
                        "boot",
                        "sequence",
                        "watchedFrom",
                        "watchedTo",
                        "appliedVersion",
                        "charon",
                        "state",
                        "version",
                        "espMode",
                        "since",
                        "tunnels",
                        "tunnel",
                        "loaded",
                        "problem",
                        "carrying",
                        "probes",
                        "answered",
                        "lost",
                        "changes",
                        "truth",
                        "holds",
                        "at",
                        "cause",
                        "trust");
    }

    @Test
    void aReportThatIsCalledWrongLeavesAGap() throws InterruptedException {
        reports.take();
        statuses.add(422);
        clock.pass(Duration.ofSeconds(1));
        apply(7);
        ObservationReport refused = reports.take();
        apply(8);
        ObservationReport next = reports.take();
        assertThat(next.sequence()).isEqualTo(refused.sequence());
        assertThat(next.watchedFrom()).isEqualTo(refused.watchedTo());
    }

    private void apply(long version) {
        observations.done(new Pass(version, 1, Map.of(), List.of(), Duration.ZERO));
    }
}
