package io.sallyport.lab.product;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.lab.LabException;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The public API, as one token's holder uses it. Calls block, 40 s at most. Thread-safe. */
public final class ProvisionerApi {
    private static final Duration REQUEST = Duration.ofSeconds(40);

    private final HttpClient http;
    private final URI base;
    private final String token;

    ProvisionerApi(HttpClient http, URI base, String token) {
        this.http = http;
        this.base = base;
        this.token = token;
    }

    /** A client that trusts the internal roots and nothing else. */
    static HttpClient trusting(Path rootCertificates) {
        try (InputStream pem = Files.newInputStream(rootCertificates)) {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            int number = 0;
            for (Certificate root :
                    CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                trusted.setCertificateEntry("root-" + number++, root);
            }
            TrustManagerFactory trust =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(null, trust.getTrustManagers(), null);
            return HttpClient.newBuilder()
                    .sslContext(tls)
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(5))
                    .build();
        } catch (IOException | GeneralSecurityException e) {
            throw new LabException("the provisioner's root certificates " + rootCertificates, e);
        }
    }

    public ApiAnswer get(String path) {
        return send(request(path).GET(), "GET " + path);
    }

    public ApiAnswer delete(String path) {
        return send(request(path).DELETE(), "DELETE " + path);
    }

    /** Puts a JSON document. */
    public ApiAnswer put(String path, String json) {
        HttpRequest.Builder request = request(path).header("Content-Type", "application/json");
        return send(request.PUT(HttpRequest.BodyPublishers.ofString(json)), "PUT " + path);
    }

    /**
     * Posts a JSON document.
     *
     * @param json sent as it is, also when it is malformed
     */
    public ApiAnswer post(String path, String json, Map<String, String> headers) {
        HttpRequest.Builder request = request(path).header("Content-Type", "application/json");
        headers.forEach(request::header);
        return send(request.POST(HttpRequest.BodyPublishers.ofString(json)), "POST " + path);
    }

    /**
     * Makes a group of teleworkers, or replaces what is said of it.
     *
     * @param json of the request, see the API's description
     */
    public void group(String name, String json) {
        ApiAnswer created = post("/v1/teleworker-groups", json, Map.of());
        if (created.status() == 409) {
            put("/v1/teleworker-groups/" + name, json).expect(200);
        } else {
            created.expect(201);
        }
    }

    /** Orders a tunnel; the key is made by the provisioner. */
    public ApiAnswer order(String branch, String protectedNetwork, String idempotencyKey) {
        return order(branch, List.of(protectedNetwork), idempotencyKey);
    }

    /** As {@link #order(String, String, String)}, for a branch with several networks. */
    public ApiAnswer order(String branch, List<String> protectedNetworks, String idempotencyKey) {
        return post(
                "/v1/orders",
                """
                {"branch":"%s","protectedNetworks":["%s"],"deviceFamily":"strongswan","generateKey":true}
                """
                        .formatted(branch, String.join("\",\"", protectedNetworks)),
                Map.of("Idempotency-Key", idempotencyKey));
    }

    /**
     * Orders a tunnel for a key that the branch made.
     *
     * @param request PKCS#10, in PEM
     */
    public ApiAnswer orderWithRequest(
            String branch, String protectedNetwork, String request, String idempotencyKey) {
        return post(
                "/v1/orders",
                """
                {"branch":"%s","protectedNetworks":["%s"],"deviceFamily":"strongswan","csr":"%s"}
                """
                        .formatted(branch, protectedNetwork, request.replace("\n", "\\n")),
                Map.of("Idempotency-Key", idempotencyKey));
    }

    /**
     * Waits until the order is ready for the branch, or has failed; throws when {@code deadline}
     * passes first.
     */
    public JsonNode awaitOrder(String order, Duration deadline) {
        return Polling.until(
                deadline,
                "order " + order + " is ready",
                () -> {
                    HttpRequest.Builder request =
                            request("/v1/orders/" + order).header("Prefer", "wait=10").GET();
                    return send(request, "GET /v1/orders/" + order).expect(200).json();
                },
                found -> !found.path("state").asText().matches("ACCEPTED|CONFIGURED"));
    }

    /**
     * Waits until a tunnel is as {@code wanted} says; throws, with its last state, when {@code
     * deadline} passes first.
     */
    public JsonNode awaitTunnel(String tunnel, Duration deadline, Predicate<JsonNode> wanted) {
        return Polling.until(
                deadline,
                "tunnel " + tunnel,
                () -> get("/v1/tunnels/" + tunnel).expect(200).json(),
                wanted);
    }

    /** Ends a tunnel and waits until its concentrator does not have it any more. */
    public void end(String tunnel, Duration deadline) {
        delete("/v1/tunnels/" + tunnel).expect(202);
        awaitTunnel(tunnel, deadline, found -> found.path("state").asText().equals("ENDED"));
    }

    /** Waits until all four truths of a tunnel hold. */
    public JsonNode awaitCarrying(String tunnel, Duration deadline) {
        return awaitTunnel(
                tunnel,
                deadline,
                found ->
                        holds(found, "ordered").equals("YES")
                                && holds(found, "loaded").equals("YES")
                                && holds(found, "established").equals("YES")
                                && holds(found, "carrying").equals("YES"));
    }

    /** As {@link #awaitTunnel}, for a concentrator; an operator's call. */
    public JsonNode awaitConcentrator(
            String concentrator, Duration deadline, Predicate<JsonNode> wanted) {
        return Polling.until(
                deadline,
                "concentrator " + concentrator,
                () -> get("/v1/concentrators/" + concentrator).expect(200).json(),
                wanted);
    }

    /** What the API says of one truth of a tunnel: YES, NO or UNKNOWN. */
    public static String holds(JsonNode tunnel, String truth) {
        return tunnel.path("truths").path(truth).path("holds").asText();
    }

    /** Fetches what the branch needs; the key is in the first answer only. */
    public DeviceConfiguration deviceConfiguration(String tunnel) {
        return DeviceConfiguration.parse(
                get("/v1/tunnels/" + tunnel + "/device-configuration").expect(200).json());
    }

    /**
     * Fetches it as soon as the certificate is there, to get the branch ready while the
     * concentrator still loads; waits for that, 10 s at most.
     */
    public DeviceConfiguration earlyDeviceConfiguration(String tunnel) {
        String path = "/v1/tunnels/" + tunnel + "/device-configuration?early=true";
        return DeviceConfiguration.parse(
                send(request(path).header("Prefer", "wait=10").GET(), "GET " + path)
                        .expect(200)
                        .json());
    }

    /** The availability figure and what it is made of. */
    public JsonNode availability(String tunnel, Instant from, Instant to) {
        return get("/v1/tunnels/%s/availability?from=%s&to=%s".formatted(tunnel, from, to))
                .expect(200)
                .json();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(base.resolve(path))
                .timeout(REQUEST)
                .header("Authorization", "Bearer " + token);
    }

    private ApiAnswer send(HttpRequest.Builder request, String name) {
        try {
            HttpResponse<String> answer =
                    http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new ApiAnswer(name, answer.statusCode(), answer.headers(), answer.body());
        } catch (IOException e) {
            throw new LabException(name, e);
        } catch (InterruptedException e) {
            throw LabException.interrupted(name, e);
        }
    }
}
