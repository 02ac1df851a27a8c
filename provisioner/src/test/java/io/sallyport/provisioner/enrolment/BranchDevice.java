package io.sallyport.provisioner.enrolment;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.provisioner.RunningProvisioner.Answer;
import io.sallyport.provisioner.order.OrderClient;

import java.util.UUID;

/** The device of a branch that was ordered and has a certificate. */
record BranchDevice(OrderClient customer, UUID id, String identity) {
    /** Orders the branch and waits for its certificate. */
    static BranchDevice ordered(OrderClient customer, String branch, String network) {
        JsonNode order = customer.order(branch, network);
        customer.awaitState(order, "CONFIGURED");
        UUID id = OrderClient.tunnelOf(order);
        return new BranchDevice(customer, id, customer.tunnel(id).get("identity").textValue());
    }

    /** A fresh enrolment secret. */
    String newSecret() {
        Answer answer = askForSecret("{}");
        if (answer.status() != 201) {
            throw new AssertionError(answer.body());
        }
        return answer.json().get("secret").textValue();
    }

    Answer askForSecret(String body) {
        return customer.postJson("/v1/tunnels/%s/enrolment-secrets".formatted(id), body);
    }

    /** What the API says of the tunnel. */
    JsonNode view() {
        return customer.tunnel(id);
    }
}
