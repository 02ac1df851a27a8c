package io.sallyport.gateway.provisioner;

import io.sallyport.gateway.login.LoginAuthority;
import io.sallyport.gateway.login.LoginUnavailable;
import io.sallyport.node.provisioner.ProvisionerConnection;
import io.sallyport.wire.LoginDecision;
import io.sallyport.wire.LoginRequest;
import io.sallyport.wire.WireJson;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Asks the provisioner who may log in. Thread-safe. A login that cannot be decided within seconds
 * is unavailable, never accepted. So many are asked about at once; the others wait for their turn,
 * in the order in which they came. Of one source there are only a few among them ({@link
 * io.sallyport.gateway.login.AttemptLimiter}), so that nobody's logins keep the others waiting.
 */
public final class Logins implements LoginAuthority {
    private static final Logger LOG = System.getLogger(Logins.class.getName());
    private static final Duration LIMIT = Duration.ofSeconds(8);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int MAX_ANSWER_OCTETS = 1024 * 1024;
    private static final int MOST_AT_ONCE = 128;

    private final ProvisionerConnection connection;
    private final URI url;
    private final Duration limit;
    private final Semaphore room;

    /**
     * @param url {@code .../internal/v1/logins}
     */
    public Logins(ProvisionerConnection connection, URI url) {
        this(connection, url, LIMIT, MOST_AT_ONCE);
    }

    Logins(ProvisionerConnection connection, URI url, Duration limit, int mostAtOnce) {
        this.connection = connection;
        this.url = url;
        this.limit = limit;
        this.room = new Semaphore(mostAtOnce, true);
    }

    @Override
    public LoginDecision decide(LoginRequest request) throws LoginUnavailable {
        enter();
        try {
            return ask(request);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "a login was not decided: {0}", e.toString());
            throw new LoginUnavailable("the provisioner did not decide", e);
        } finally {
            room.release();
        }
    }

    private void enter() throws LoginUnavailable {
        try {
            if (!room.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new LoginUnavailable("too many logins wait for the provisioner", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LoginUnavailable("interrupted", e);
        }
    }

    private LoginDecision ask(LoginRequest request) throws IOException {
        HttpRequest post =
                HttpRequest.newBuilder(url)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofByteArray(WireJson.encode(request)))
                        .build();
        ProvisionerConnection.Answer answer = connection.exchange(post, limit, MAX_ANSWER_OCTETS);
        if (answer.status() != 200) {
            throw new IOException("status " + answer.status());
        }
        return WireJson.decode(answer.body(), LoginDecision.class);
    }
}
