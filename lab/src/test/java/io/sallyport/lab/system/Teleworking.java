package io.sallyport.lab.system;

import io.sallyport.lab.Lab;
import io.sallyport.lab.OpenConnect;
import io.sallyport.lab.product.Deployment;
import io.sallyport.lab.product.GatewayProcess;
import io.sallyport.lab.product.ProvisionerApi;
import io.sallyport.lab.product.Teleworker;

import java.time.Duration;
import java.util.List;

/** What tests with teleworkers share: groups, teleworkers, clients. */
final class Teleworking {
    static final Duration DEADLINE = Duration.ofSeconds(30);

    private static final String LAN = "10.10.0.0/24";
    private static final String LAN_V6 = "fd10:10::/64";

    private final Deployment deployment;
    private final GatewayProcess gateway;
    private final ProvisionerApi customer;

    Teleworking(Deployment deployment) {
        this.deployment = deployment;
        this.gateway = deployment.gateway();
        this.customer = deployment.provisioner().customer();
    }

    Lab lab() {
        return deployment.lab();
    }

    GatewayProcess gateway() {
        return gateway;
    }

    ProvisionerApi customer() {
        return customer;
    }

    /** A host behind the gateway that answers. */
    String target() {
        return lab().concentratorLan().address();
    }

    /**
     * Makes a group with routes into the LAN behind the gateway.
     *
     * @param factors as in JSON, without the brackets
     * @param more members of the JSON object, each after a comma
     */
    void group(String name, String factors, String more) {
        group(name, factors, List.of(LAN, LAN_V6), more);
    }

    /** As {@link #group(String, String, String)}, with other routes. */
    void group(String name, String factors, List<String> routes, String more) {
        customer.group(
                name,
                """
                {"name":"%s","factors":[%s],"includeRoutes":["%s"]%s}
                """
                        .formatted(name, factors, String.join("\",\"", routes), more));
    }

    void passwordGroup(String name, String more) {
        group(name, "\"PASSWORD\"", more);
    }

    Teleworker teleworker(String username, String... groups) {
        return Teleworker.create(customer, username, false, groups);
    }

    /** Waits until the gateway knows all groups that were made. */
    void settle() {
        gateway.awaitApplied(customer);
    }

    /** A client on one of the teleworkers' hosts that trusts the internal root. */
    OpenConnect.Start client(int host, String group) {
        return lab().teleworker(host).openConnect(gateway.url(group)).trusting(gateway.rootPem());
    }

    /** As {@link #client}, of somebody who types name and password. */
    OpenConnect.Start client(int host, String group, Teleworker who) {
        return client(host, group)
                .with("--user", who.username(), "--passwd-on-stdin")
                .answering(who.password());
    }
}
