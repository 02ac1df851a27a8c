package io.sallyport.provisioner.order;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.RunningProvisioner.Answer;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.UUID;

/** The customer, as far as these tests need one: speaks the public API. */
public final class OrderClient {
    private static final JsonMapper JSON = new JsonMapper();

    private final RunningProvisioner provisioner;
    private final String token;

    public OrderClient(RunningProvisioner provisioner) {
        this(provisioner, provisioner.customerToken());
    }

    public OrderClient(RunningProvisioner provisioner, String token) {
        this.provisioner = provisioner;
        this.token = token;
    }

    /** A body that is right. */
    public static ObjectNode body(String branch, String... networks) {
        ObjectNode body = JSON.createObjectNode();
        body.put("branch", branch);
        List.of(networks).forEach(body.putArray("protectedNetworks")::add);
        body.put("deviceFamily", "strongswan");
        body.put("generateKey", true);
        return body;
    }

    /** Orders, and expects 202. */
    public JsonNode order(String branch, String network) {
        return accepted(post(UUID.randomUUID().toString(), body(branch, network).toString()));
    }

    /** The same by a client that comes again, with its key, while the service is busy (503). */
    JsonNode orderUntilAccepted(String branch, String network) {
        String key = UUID.randomUUID().toString();
        String body = body(branch, network).toString();
        return accepted(Awaited.until(() -> post(key, body), answer -> answer.status() != 503));
    }

    private static JsonNode accepted(Answer answer) {
        if (answer.status() != 202) {
            throw new AssertionError(answer.body());
        }
        return answer.json();
    }

    public Answer post(String key, String body) {
        var request =
                provisioner
                        .request("/v1/orders", token)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body));
        if (key != null) {
            request.header("Idempotency-Key", key);
        }
        return provisioner.send(request);
    }

    /** The same, for tests of other packages. */
    public JsonNode awaitState(JsonNode order, String state) {
        return await(order, OrderState.valueOf(state));
    }

    /** The order, as soon as it has this state or a later one; fails after some time. */
    JsonNode await(JsonNode order, OrderState state) {
        UUID id = UUID.fromString(order.get("id").textValue());
        return Awaited.until(
                () -> get("/v1/orders/" + id).json(),
                seen -> OrderState.valueOf(seen.get("state").textValue()).compareTo(state) >= 0);
    }

    /** Posts a document anywhere. */
    public Answer postJson(String path, String body) {
        return provisioner.post(path, token, body);
    }

    public Answer get(String path) {
        return provisioner.get(path, token);
    }

    /** Asks again and again until this is the status; fails after some time. */
    public Answer awaitAnswer(String path, int status) {
        return Awaited.until(() -> get(path), answer -> answer.status() == status);
    }

    /** With a Prefer header. */
    Answer get(String path, String preference) {
        return provisioner.send(
                provisioner.request(path, token).header("Prefer", preference).GET());
    }

    public Answer delete(String path) {
        return provisioner.send(provisioner.request(path, token).DELETE());
    }

    public JsonNode tunnel(UUID id) {
        return get("/v1/tunnels/" + id).json();
    }

    /** The tunnel of an order. */
    public static UUID tunnelOf(JsonNode order) {
        return UUID.fromString(order.get("tunnel").textValue());
    }
}
