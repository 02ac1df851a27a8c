package io.sallyport.concentrator.report;

import io.sallyport.concentrator.observe.Batch;
import io.sallyport.concentrator.observe.Observations;
import io.sallyport.node.provisioner.Backoff;
import io.sallyport.node.provisioner.ProvisionerConnection;
import io.sallyport.node.provisioner.ProvisionerContact;
import io.sallyport.wire.ObservationReport;
import io.sallyport.wire.WireJson;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * Posts reports: at once on a change, a tenth of a second apart at least, and every 2 seconds in
 * any case. Runs on one thread of its own until that is interrupted.
 *
 * <p>A report keeps its number until it is acknowledged, so numbers have no gaps. A report that the
 * provisioner calls wrong is dropped; the next one begins where it ended, which shows the gap.
 */
public final class Reporter {
    private static final Logger LOG = System.getLogger(Reporter.class.getName());
    private static final Duration INTERVAL = Duration.ofSeconds(2);
    private static final Duration TOGETHER = Duration.ofMillis(50);
    private static final Duration APART = Duration.ofMillis(100);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int MAX_ANSWER_OCTETS = 64 * 1024;

    private final ProvisionerConnection connection;
    private final URI url;
    private final UUID boot;
    private final Observations observations;
    private final Backoff backoff;
    private long sequence = 1;
    private volatile ProvisionerContact contact = ProvisionerContact.NONE_YET;

    /**
     * @param url {@code .../internal/v1/concentrators/ID/reports}
     * @param boot of this process
     */
    public Reporter(
            ProvisionerConnection connection,
            URI url,
            UUID boot,
            Observations observations,
            Backoff backoff) {
        this.connection = connection;
        this.url = url;
        this.boot = boot;
        this.observations = observations;
        this.backoff = backoff;
    }

    /** How the last report went. For any thread. */
    public ProvisionerContact contact() {
        return contact;
    }

    /** Reports until the thread is interrupted. */
    public void run() throws InterruptedException {
        while (true) {
            if (!observations.awaitNews(INTERVAL)) {
                // A pass that is under way tells what it loads, then that all of it is applied,
                // which an order waits for: as two reports the second would wait for the first.
                observations.awaitUrgency(TOGETHER);
            }
            Optional<Batch> batch = observations.take();
            if (batch.isPresent()) {
                deliver(batch.get());
            }
            observations.awaitUrgency(APART);
        }
    }

    private void deliver(Batch batch) throws InterruptedException {
        byte[] report =
                WireJson.encode(
                        new ObservationReport(
                                boot,
                                sequence,
                                batch.watchedFrom(),
                                batch.watchedTo(),
                                batch.appliedVersion(),
                                batch.charon(),
                                batch.tunnels(),
                                batch.changes(),
                                batch.trust()));
        HttpRequest request =
                HttpRequest.newBuilder(url)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofByteArray(report))
                        .build();
        while (true) {
            try {
                if (isAcknowledged(request)) {
                    sequence++;
                }
                backoff.reset();
                return;
            } catch (InterruptedIOException _) {
                throw new InterruptedException();
            } catch (IOException e) {
                tell(ProvisionerContact.failed("reports are not delivered: " + e));
                Thread.sleep(backoff.next());
            }
        }
    }

    /**
     * Posts once.
     *
     * @return false if the provisioner will never take this report
     * @throws IOException if it may take it later
     */
    private boolean isAcknowledged(HttpRequest request) throws IOException {
        int status = connection.exchange(request, LIMIT, MAX_ANSWER_OCTETS).status();
        if (status >= 200 && status < 300) {
            tell(ProvisionerContact.GOOD);
            return true;
        }
        return switch (status) {
            case 400, 409, 413, 415, 422 -> {
                tell(
                        ProvisionerContact.failed(
                                "the provisioner refused a report with status " + status));
                yield false;
            }
            default -> throw new IOException("status " + status);
        };
    }

    /** Tells what changed, not each attempt. */
    private void tell(ProvisionerContact now) {
        if (!now.equals(contact)) {
            now.problem().ifPresent(problem -> LOG.log(Level.WARNING, problem));
        }
        contact = now;
    }
}
