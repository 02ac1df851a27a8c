package io.sallyport.lab.product;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.lab.BranchHost;
import io.sallyport.lab.Lab;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * The whole product running in a lab: a provisioner, one enrolled concentrator beside its charon,
 * and, from when it is first asked for, one enrolled gateway for teleworkers.
 */
public final class Deployment implements AutoCloseable {
    private final Lab lab;
    private final ProvisionerProcess provisioner;
    private final ConcentratorProcess concentrator;
    private final Map<String, BranchHost> tunnels = new LinkedHashMap<>();
    private GatewayProcess gateway;

    private Deployment(Lab lab, ProvisionerProcess provisioner, ConcentratorProcess concentrator) {
        this.lab = lab;
        this.provisioner = provisioner;
        this.concentrator = concentrator;
    }

    /** Starts everything and waits until the concentrator is connected. */
    public static Deployment start(Lab lab) {
        ProvisionerProcess provisioner = ProvisionerProcess.start(lab);
        try {
            lab.concentrator().startCharon();
            ConcentratorProcess concentrator =
                    ConcentratorProcess.register(lab.concentrator(), provisioner);
            concentrator.start();
            concentrator.awaitConnected();
            return new Deployment(lab, provisioner, concentrator);
        } catch (RuntimeException e) {
            try (provisioner) {
                throw e;
            }
        }
    }

    public Lab lab() {
        return lab;
    }

    public ProvisionerProcess provisioner() {
        return provisioner;
    }

    public ConcentratorProcess concentrator() {
        return concentrator;
    }

    /** The gateway; starts it the first time, and waits until it listens. One thread. */
    public GatewayProcess gateway() {
        if (gateway == null) {
            GatewayTraining.await();
            GatewayProcess started = GatewayProcess.register(lab.gateway(), provisioner);
            started.start();
            started.awaitListening();
            gateway = started;
        }
        return gateway;
    }

    /** Orders a tunnel for a branch of the lab; returns the accepted order. */
    public JsonNode order(BranchHost branch, String name) {
        return accepted(
                branch,
                provisioner
                        .customer()
                        .order(name, branch.protectedNetwork(), UUID.randomUUID().toString()));
    }

    /** As {@link #order(BranchHost, String)}, for a key of the branch's own. */
    public JsonNode order(BranchHost branch, String name, String certificateRequest) {
        return accepted(
                branch,
                provisioner
                        .customer()
                        .orderWithRequest(
                                name,
                                branch.protectedNetwork(),
                                certificateRequest,
                                UUID.randomUUID().toString()));
    }

    private JsonNode accepted(BranchHost branch, ApiAnswer answer) {
        JsonNode order = answer.expect(202).json();
        tunnels.put(order.path("tunnel").asText(), branch);
        return order;
    }

    /**
     * Orders a tunnel for a branch of the lab and brings the branch up with what is handed out.
     *
     * @return the tunnel's id; its SAs are asked for, not yet established
     */
    public String bringUp(BranchHost branch, String name) {
        JsonNode order = order(branch, name);
        var customer = provisioner.customer();
        customer.awaitOrder(order.path("id").asText(), Duration.ofSeconds(60));
        String tunnel = order.path("tunnel").asText();
        branch.apply(customer.deviceConfiguration(tunnel).files());
        return tunnel;
    }

    /** Ends a tunnel and waits until nothing of it is left; the branch host is as new. */
    public void takeDown(String tunnel, BranchHost branch) {
        provisioner.customer().end(tunnel, Duration.ofSeconds(30));
        branch.reset();
        tunnels.remove(tunnel);
    }

    /** Has a tunnel that was ordered by other means taken down with those ordered here. */
    public void adopt(String tunnel, BranchHost branch) {
        tunnels.put(tunnel, branch);
    }

    /** Takes down every tunnel ordered here that still stands, as after a test that failed. */
    public void takeDownAll() {
        Map.copyOf(tunnels).forEach(this::takeDown);
    }

    /** Ends the provisioner; the hosts end with the lab. */
    @Override
    public void close() {
        provisioner.close();
    }
}
