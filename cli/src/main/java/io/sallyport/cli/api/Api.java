package io.sallyport.cli.api;

import io.sallyport.cli.api.UnreachableException.Cause;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import javax.net.ssl.SSLException;

/** The API of one provisioner, as the holder of one token uses it. Calls block, with a deadline. */
public final class Api {
    /** Octets of the largest answer accepted. */
    public static final int MAX_OCTETS = 8 * 1024 * 1024;

    private static final Duration CONNECT_AT_MOST = Duration.ofSeconds(10);

    private final HttpClient http;
    private final ApiUrl url;
    private final Token token;
    private final Duration deadline;

    /**
     * @param deadline for one request, from its first octet to the answer's last
     */
    public Api(ApiUrl url, TrustedRoots roots, Token token, Duration deadline) {
        this.url = url;
        this.token = token;
        this.deadline = deadline;
        this.http =
                HttpClient.newBuilder()
                        .sslContext(roots.tls())
                        .version(HttpClient.Version.HTTP_1_1)
                        // The token goes to this server and to no other.
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(
                                deadline.compareTo(CONNECT_AT_MOST) < 0
                                        ? deadline
                                        : CONNECT_AT_MOST)
                        .build();
    }

    /**
     * Gets a document.
     *
     * @throws ApiException if there is none
     */
    public Document get(ApiPath path) {
        return send(request(path).GET(), deadline);
    }

    /**
     * Gets a document that the server may hold back until there is something to say (RFC 7240
     * section 4.3).
     *
     * @param patience how long it may; whole seconds count
     * @throws ApiException if there is none
     */
    public Document get(ApiPath path, Duration patience) {
        return send(
                request(path).header("Prefer", "wait=" + patience.toSeconds()).GET(),
                deadline.plus(patience));
    }

    /**
     * Posts a document.
     *
     * @return the answer, without members if it has no body
     * @throws ApiException if it was refused, or its outcome is not known
     */
    public Document post(ApiPath path, Document body, Map<String, String> headers) {
        HttpRequest.Builder request = request(path).header("Content-Type", "application/json");
        headers.forEach(request::header);
        return send(request.POST(BodyPublishers.ofByteArray(body.encode())), deadline);
    }

    /** As {@link #post}, without headers of its own. */
    public Document post(ApiPath path, Document body) {
        return post(path, body, Map.of());
    }

    /**
     * Deletes something.
     *
     * @return the answer, without members if it has no body
     * @throws ApiException if it was refused, or its outcome is not known
     */
    public Document delete(ApiPath path) {
        return send(request(path).DELETE(), deadline);
    }

    private HttpRequest.Builder request(ApiPath path) {
        return HttpRequest.newBuilder(url.resolve(path))
                .header("Authorization", "Bearer " + token.reveal())
                .header("Accept", "application/json, " + Problem.MEDIA_TYPE);
    }

    private Document send(HttpRequest.Builder builder, Duration within) {
        // HttpRequest.timeout ends with the header fields; this deadline holds for the body too.
        CompletableFuture<HttpResponse<byte[]>> answer =
                http.sendAsync(builder.build(), _ -> new BoundedBody(MAX_OCTETS));
        try {
            return read(answer.get(within.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw timedOut(within, e);
        } catch (ExecutionException e) {
            throw failed(e.getCause(), within);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new UnreachableException(Cause.BROKEN, "interrupted", e);
        }
    }

    private static Document read(HttpResponse<byte[]> answer) {
        int status = answer.statusCode();
        if (status >= 200 && status < 300) {
            return answer.body().length == 0 ? Document.empty() : Document.parse(answer.body());
        }
        if (status >= 400 && answer.body().length > 0 && isProblem(answer)) {
            throw new RefusedException(
                    Problem.of(status, Document.parse(answer.body())), answer.uri());
        }
        throw new RefusedException(Problem.withoutDocument(status), answer.uri());
    }

    private static boolean isProblem(HttpResponse<byte[]> answer) {
        return answer.headers()
                .firstValue("Content-Type")
                .filter(type -> type.startsWith(Problem.MEDIA_TYPE))
                .isPresent();
    }

    private ApiException failed(Throwable cause, Duration within) {
        return switch (cause) {
            case IOException e when hasCause(e, CertificateException.class) ->
                    new UnreachableException(Cause.NOT_TRUSTED, untrusted(), e);
            case SSLException e ->
                    new UnreachableException(
                            Cause.BROKEN, "no TLS connection to %s".formatted(url), e);
            case HttpConnectTimeoutException e -> notConnected("no answer", e);
            case HttpTimeoutException e -> timedOut(within, e);
            case ConnectException e when hasCause(e, UnresolvedAddressException.class) ->
                    notConnected("its name has no address", e);
            case ConnectException e -> notConnected("nothing listens there", e);
            case BoundedBody.TooLongException e -> new MalformedAnswerException(e.getMessage(), e);
            case IOException e ->
                    new UnreachableException(
                            Cause.BROKEN, "the connection to %s broke".formatted(url), e);
            default -> throw new IllegalStateException("a request failed", cause);
        };
    }

    private String untrusted() {
        return "%s is not trusted: its certificate leads to no pinned one, or is for another name"
                .formatted(url);
    }

    private UnreachableException notConnected(String why, Throwable cause) {
        return new UnreachableException(
                Cause.NOT_CONNECTED, "cannot connect to %s: %s".formatted(url, why), cause);
    }

    private UnreachableException timedOut(Duration within, Throwable cause) {
        return new UnreachableException(
                Cause.TIMED_OUT,
                "no answer from %s within %d s".formatted(url, within.toSeconds()),
                cause);
    }

    private static boolean hasCause(Throwable from, Class<? extends Throwable> type) {
        Throwable at = from;
        for (int depth = 0; at != null && depth < 20; depth++, at = at.getCause()) {
            if (type.isInstance(at)) {
                return true;
            }
        }
        return false;
    }
}
