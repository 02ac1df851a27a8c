package io.sallyport.provisioner.teleworker;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.RunningProvisioner.Answer;
import io.sallyport.provisioner.access.BearerSecret;
import io.sallyport.provisioner.order.Rows;

import java.net.http.HttpRequest.BodyPublishers;
import java.security.SecureRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** The customer of teleworkers: speaks the public API. */
public final class CustomerClient {
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final RunningProvisioner provisioner;
    private final String token;

    public CustomerClient(RunningProvisioner provisioner) {
        this(provisioner, provisioner.customerToken());
    }

    private CustomerClient(RunningProvisioner provisioner, String token) {
        this.provisioner = provisioner;
        this.token = token;
    }

    /** Another customer than the first, of this name. */
    public static CustomerClient other(RunningProvisioner provisioner, String name) {
        return new CustomerClient(provisioner, tokenOfAnother(provisioner, name));
    }

    /** The token of another customer, of this name. */
    public static String tokenOfAnother(RunningProvisioner provisioner, String name) {
        UUID customer = UUID.randomUUID();
        BearerSecret token = BearerSecret.random(new SecureRandom());
        Rows rows = new Rows(provisioner);
        rows.change(
                "INSERT INTO customer (id, name, created_at) VALUES (?, ?, now())", customer, name);
        rows.change(
                """
                INSERT INTO access_token (id, hash, role, customer, created_at)
                VALUES (?, ?, 'CUSTOMER', ?, now())
                """,
                UUID.randomUUID(),
                token.hash(),
                customer);
        return token.reveal();
    }

    /** A name that nobody has yet. */
    public static String fresh(String prefix) {
        return prefix + "-" + COUNT.incrementAndGet();
    }

    /** Adds a group with these factors, given as JSON strings; @return its name. */
    public String group(String factors) {
        return group(factors, "");
    }

    /** Adds a group with these factors and further members of the document. */
    public String group(String factors, String more) {
        String name = fresh("group");
        created(
                post(
                        "/v1/teleworker-groups",
                        "{\"name\": \"%s\", \"factors\": [%s]%s}".formatted(name, factors, more)));
        return name;
    }

    /** Adds a teleworker to a group; {@code more} are further members of the document. */
    public JsonNode teleworker(String group, String more) {
        return created(
                post(
                        "/v1/teleworkers",
                        "{\"username\": \"%s\", \"groups\": [\"%s\"]%s}"
                                .formatted(fresh("user"), group, more)));
    }

    public Answer get(String path) {
        return provisioner.get(path, token);
    }

    public Answer post(String path, String json) {
        return provisioner.post(path, token, json);
    }

    public Answer put(String path, String json) {
        return provisioner.send(
                provisioner
                        .request(path, token)
                        .header("Content-Type", "application/json")
                        .PUT(BodyPublishers.ofString(json)));
    }

    public Answer delete(String path) {
        return provisioner.send(provisioner.request(path, token).DELETE());
    }

    public static JsonNode created(Answer answer) {
        if (answer.status() != 201) {
            throw new AssertionError(answer.status() + answer.body());
        }
        return answer.json();
    }
}
