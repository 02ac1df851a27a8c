package io.sallyport.gateway.provisioner;

import static io.sallyport.node.FakeProvisioner.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.node.FakeProvisioner;
import io.sallyport.node.provisioner.Backoff;
import io.sallyport.node.provisioner.ProvisionerConnection;
import io.sallyport.wire.SessionEvent;
import io.sallyport.wire.SessionId;
import io.sallyport.wire.SessionReport;
import io.sallyport.wire.WireJson;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

@Timeout(30)
class SessionReporterTest {
    private static final SessionId SESSION = new SessionId("0123456789abcdef0123456789abcdef");

    private final EventQueue queue = new EventQueue(4);
    private final BlockingQueue<SessionReport> reports = new LinkedBlockingQueue<>();
    private final BlockingQueue<Integer> statuses = new LinkedBlockingQueue<>();
    private FakeProvisioner provisioner;
    private ProvisionerConnection connection;
    private SessionReporter reporter;
    private Thread thread;

    @BeforeEach
    void start() throws IOException {
        provisioner = new FakeProvisioner(true);
        provisioner.on(
                "/reports",
                exchange -> {
                    reports.add(
                            WireJson.decode(
                                    exchange.getRequestBody().readAllBytes(), SessionReport.class));
                    Integer status = statuses.poll();
                    answer(exchange, status == null ? 204 : status, new byte[0]);
                });
        connection = provisioner.connection();
        reporter =
                new SessionReporter(
                        connection,
                        provisioner.url("/reports"),
                        queue,
                        new Backoff(Duration.ofMillis(5), Duration.ofMillis(20), new Random(1)));
    }

    private void run() {
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
    }

    @AfterEach
    void stop() throws Exception {
        if (thread != null) {
            thread.interrupt();
            thread.join();
        }
        connection.close();
        provisioner.close();
    }

    @Test
    void eventsGoOutInTheirOrder() throws InterruptedException {
        queue.offer(lost(1));
        queue.offer(lost(2));
        run();
        assertThat(reports.take().events()).containsExactly(lost(1), lost(2));
        queue.offer(lost(3));
        assertThat(reports.take().events()).containsExactly(lost(3));
    }

    @Test
    void theSameReportGoesOutUntilItIsAcknowledged() throws InterruptedException {
        statuses.addAll(List.of(503, 500));
        queue.offer(lost(1));
        run();
        SessionReport first = reports.take();
        assertThat(reports.take()).isEqualTo(first);
        assertThat(reports.take()).isEqualTo(first);
        queue.offer(lost(2));
        assertThat(reports.take().events()).containsExactly(lost(2));
        assertThat(queue.waiting()).isLessThanOrEqualTo(1);
    }

    @Test
    void aReportThatIsCalledWrongDoesNotBlockTheNext() throws InterruptedException {
        statuses.add(422);
        queue.offer(lost(1));
        run();
        reports.take();
        queue.offer(lost(2));
        assertThat(reports.take().events()).containsExactly(lost(2));
    }

    @Test
    void theQueueIsBoundedAndKeepsRoomForBeginningsAndEnds() {
        assertThat(queue.offer(carried(1))).isTrue();
        assertThat(queue.offer(carried(2))).isTrue();
        assertThat(queue.offer(carried(3))).isFalse();
        assertThat(queue.lost()).isZero();
        assertThat(queue.offer(lost(3))).isTrue();
        assertThat(queue.offer(lost(4))).isTrue();
        assertThat(queue.offer(lost(5))).isFalse();
        assertThat(queue.lost()).isEqualTo(1);
        assertThat(queue.waiting()).isEqualTo(4);
    }

    @Test
    void whatIsLeftGoesOutAtTheEnd() {
        queue.offer(lost(1));
        reporter.flush(Duration.ofSeconds(5));
        assertThat(reports.poll().events()).containsExactly(lost(1));
        assertThat(queue.waiting()).isZero();
    }

    @Test
    void anAbsentProvisionerDoesNotHoldTheEndUp() {
        provisioner.stop();
        queue.offer(lost(1));
        reporter.flush(Duration.ofSeconds(5));
        assertThat(queue.waiting()).isEqualTo(1);
    }

    private static SessionEvent lost(long sequence) {
        return event(sequence, new SessionEvent.Lost());
    }

    private static SessionEvent carried(long sequence) {
        return event(sequence, new SessionEvent.Carried());
    }

    private static SessionEvent event(long sequence, SessionEvent.Change change) {
        return new SessionEvent(
                SESSION,
                sequence,
                Instant.EPOCH,
                SessionEvent.Channel.NONE,
                SessionEvent.Counters.NONE,
                change);
    }
}
