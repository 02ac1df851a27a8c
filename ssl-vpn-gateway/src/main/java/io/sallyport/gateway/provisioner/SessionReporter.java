package io.sallyport.gateway.provisioner;

import io.sallyport.node.provisioner.Backoff;
import io.sallyport.node.provisioner.ProvisionerConnection;
import io.sallyport.node.provisioner.ProvisionerContact;
import io.sallyport.wire.SessionEvent;
import io.sallyport.wire.SessionReport;
import io.sallyport.wire.WireJson;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Posts what happened to sessions, a batch at a time, and again until it is acknowledged. Runs on
 * one thread of its own until that is interrupted.
 */
public final class SessionReporter {
    private static final Logger LOG = System.getLogger(SessionReporter.class.getName());
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration TOGETHER = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int MAX_ANSWER_OCTETS = 64 * 1024;

    private final ProvisionerConnection connection;
    private final URI url;
    private final EventQueue queue;
    private final Backoff backoff;
    private final ReentrantLock attempting = new ReentrantLock();
    private volatile ProvisionerContact contact = ProvisionerContact.NONE_YET;

    /**
     * @param url {@code .../internal/v1/gateways/ID/reports}
     */
    public SessionReporter(
            ProvisionerConnection connection, URI url, EventQueue queue, Backoff backoff) {
        this.connection = connection;
        this.url = url;
        this.queue = queue;
        this.backoff = backoff;
    }

    /** How the last report went. For any thread. */
    public ProvisionerContact contact() {
        return contact;
    }

    /** Reports until the thread is interrupted. */
    public void run() throws InterruptedException {
        while (true) {
            if (queue.await(PATIENCE)) {
                Thread.sleep(TOGETHER); // what happens at once goes out at once
                deliver();
            }
        }
    }

    private void deliver() throws InterruptedException {
        while (true) {
            try {
                attempt(LIMIT);
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

    /** Reports what waits, once, within the time given; for the end of the process. */
    public void flush(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        try {
            Duration left = limit;
            while (left.isPositive() && attempt(left)) {
                left = Duration.ofNanos(end - System.nanoTime());
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the last events are not delivered: {0}", e.toString());
        }
    }

    /**
     * Posts the oldest events once; one report is on its way at a time.
     *
     * @return false if there were none
     */
    private boolean attempt(Duration limit) throws IOException {
        attempting.lock();
        try {
            List<SessionEvent> events = queue.first();
            if (events.isEmpty()) {
                return false;
            }
            post(events, limit);
            queue.remove(events.size());
            return true;
        } finally {
            attempting.unlock();
        }
    }

    private void post(List<SessionEvent> events, Duration limit) throws IOException {
        HttpRequest request =
                HttpRequest.newBuilder(url)
                        .header("Content-Type", "application/json")
                        .POST(
                                BodyPublishers.ofByteArray(
                                        WireJson.encode(new SessionReport(events))))
                        .build();
        int status = connection.exchange(request, limit, MAX_ANSWER_OCTETS).status();
        if (status >= 200 && status < 300) {
            tell(ProvisionerContact.GOOD);
            return;
        }
        switch (status) {
            // It will never be taken: the next ones must not wait behind it.
            case 400, 409, 413, 415, 422 ->
                    tell(
                            ProvisionerContact.failed(
                                    "the provisioner refused a report with status " + status));
            default -> throw new IOException("status " + status);
        }
    }

    /** Tells what changed, not each attempt. */
    private void tell(ProvisionerContact now) {
        if (!now.equals(contact)) {
            now.problem().ifPresent(problem -> LOG.log(Level.WARNING, problem));
        }
        contact = now;
    }
}
