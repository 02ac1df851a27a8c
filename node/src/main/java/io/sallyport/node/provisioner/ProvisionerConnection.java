package io.sallyport.node.provisioner;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import javax.net.ssl.SSLContext;

/**
 * HTTPS exchanges with the provisioner. Each user has a connection of its own, so that a long poll
 * never delays a report. Blocks the calling thread.
 */
public final class ProvisionerConnection implements Closeable {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);

    private volatile HttpClient client;

    /** Connects when the first exchange needs it. */
    public ProvisionerConnection(SSLContext tls) {
        client = client(tls);
    }

    /**
     * From now on, exchanges go over new connections that show other credentials; one under way
     * ends over the one it has. For any thread.
     */
    public void use(SSLContext tls) {
        HttpClient former = client;
        client = client(tls);
        former.shutdown();
    }

    private static HttpClient client(SSLContext tls) {
        return HttpClient.newBuilder()
                .sslContext(tls)
                // One exchange at a time: HTTP/2 would add nothing but its state.
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_LIMIT)
                .build();
    }

    /** A whole answer. */
    public static final class Answer {
        private final int status;
        private final byte[] body;

        private Answer(int status, byte[] body) {
            this.status = status;
            this.body = body;
        }

        /** The HTTP status. */
        public int status() {
            return status;
        }

        /** The whole body; the caller's own. */
        public byte[] body() {
            return body;
        }
    }

    /**
     * Sends a request and reads the whole answer.
     *
     * @param limit for all of it, the body included
     * @param maxOctets the largest body accepted
     * @throws HttpTimeoutException if the limit passes
     * @throws InterruptedIOException if the thread is interrupted; it stays so
     * @throws IOException if the exchange fails or the body is larger
     */
    public Answer exchange(HttpRequest request, Duration limit, long maxOctets) throws IOException {
        CompletableFuture<HttpResponse<byte[]>> exchange =
                client.sendAsync(
                        request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), maxOctets));
        try {
            HttpResponse<byte[]> response = exchange.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return new Answer(response.statusCode(), response.body());
        } catch (TimeoutException _) {
            throw new HttpTimeoutException(
                    "no complete answer within %d ms".formatted(limit.toMillis()));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the provisioner was asked");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException cause
                    ? cause
                    : new IOException("the exchange failed", e.getCause());
        } finally {
            exchange.cancel(true); // no effect on one that is complete
        }
    }

    /** Ends exchanges under way. */
    @Override
    public void close() {
        client.shutdownNow();
    }
}
