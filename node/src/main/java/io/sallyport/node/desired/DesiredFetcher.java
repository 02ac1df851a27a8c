package io.sallyport.node.desired;

import io.sallyport.node.provisioner.Backoff;
import io.sallyport.node.provisioner.ProvisionerConnection;
import io.sallyport.node.provisioner.ProvisionerConnection.Answer;
import io.sallyport.node.provisioner.ProvisionerContact;
import io.sallyport.wire.WireJson;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;

/**
 * The long poll. Runs on one thread of its own until that is interrupted.
 *
 * <p>The provisioner answers at once when it has a newer version, else after 25 seconds at most; an
 * answer that takes longer than {@link #LIMIT} is given up.
 */
public final class DesiredFetcher {
    /** For one exchange, the waiting and the body included. */
    public static final Duration LIMIT = Duration.ofSeconds(40);

    /** Between two polls, if the first brought nothing: a provisioner may not wait as it should. */
    private static final Duration APART = Duration.ofSeconds(1);

    private static final Logger LOG = System.getLogger(DesiredFetcher.class.getName());

    private final ProvisionerConnection connection;
    private final URI url;
    private final DesiredStore<?> store;
    private final Backoff backoff;
    private final Duration limit;
    private final Runnable changed;
    private volatile ProvisionerContact contact = ProvisionerContact.NONE_YET;

    /**
     * @param url {@code .../internal/v1/KIND/ID/desired}
     * @param limit for one exchange, normally {@link #LIMIT}
     * @param changed called on the fetching thread after the store took a new state
     */
    public DesiredFetcher(
            ProvisionerConnection connection,
            URI url,
            DesiredStore<?> store,
            Backoff backoff,
            Duration limit,
            Runnable changed) {
        this.connection = connection;
        this.url = url;
        this.store = store;
        this.backoff = backoff;
        this.limit = limit;
        this.changed = changed;
    }

    /** How the last poll went. For any thread. */
    public ProvisionerContact contact() {
        return contact;
    }

    /** Polls until the thread is interrupted. */
    public void run() throws InterruptedException {
        while (true) {
            try {
                long began = System.nanoTime();
                boolean news = poll();
                tell(ProvisionerContact.GOOD);
                backoff.reset();
                Duration took = Duration.ofNanos(System.nanoTime() - began);
                if (!news && took.compareTo(APART) < 0) {
                    Thread.sleep(APART.minus(took));
                }
            } catch (InterruptedIOException _) {
                throw new InterruptedException();
            } catch (IOException e) {
                tell(ProvisionerContact.failed("the desired state was not fetched: " + e));
                Thread.sleep(backoff.next());
            }
        }
    }

    /** Returns whether there was something new. */
    private boolean poll() throws IOException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url + "?after=" + store.version())).GET().build();
        Answer answer = connection.exchange(request, limit, WireJson.MAX_OCTETS);
        return switch (answer.status()) {
            case 200 -> {
                store.accept(answer.body());
                LOG.log(
                        Level.INFO,
                        "version {0} of the desired state is in force",
                        Long.toString(store.version()));
                changed.run();
                yield true;
            }
            case 204 -> {
                LOG.log(Level.DEBUG, "the desired state is unchanged");
                yield false;
            }
            default -> throw new IOException("status " + answer.status());
        };
    }

    /** Tells what changed, not each attempt. */
    private void tell(ProvisionerContact now) {
        if (!now.equals(contact)) {
            now.problem().ifPresent(problem -> LOG.log(Level.WARNING, problem));
            if (now.reached()) {
                LOG.log(Level.INFO, "the provisioner answers");
            }
        }
        contact = now;
    }
}
