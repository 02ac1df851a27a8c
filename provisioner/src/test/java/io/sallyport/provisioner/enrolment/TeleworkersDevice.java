package io.sallyport.provisioner.enrolment;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.teleworker.CustomerClient;

import java.util.UUID;

/** The device of a teleworker who logs in with a certificate. */
record TeleworkersDevice(CustomerClient customer, UUID id, String identity) {
    static TeleworkersDevice hired(RunningProvisioner provisioner) {
        var customer = new CustomerClient(provisioner);
        JsonNode who = customer.teleworker(customer.group("\"CERTIFICATE\""), "");
        return new TeleworkersDevice(
                customer,
                UUID.fromString(who.get("id").textValue()),
                who.get("username").textValue() + "@customer.sallyport.internal");
    }

    /** A fresh enrolment secret. */
    String newSecret() {
        return CustomerClient.created(
                        customer.post("/v1/teleworkers/%s/enrolment-secrets".formatted(id), "{}"))
                .get("secret")
                .textValue();
    }
}
