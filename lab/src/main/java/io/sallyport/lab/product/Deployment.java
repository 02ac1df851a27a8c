package io.sallyport.lab.product;

import io.sallyport.lab.BranchHost;
import io.sallyport.lab.Lab;

import java.time.Duration;
import java.util.UUID;

/**
 * The whole product running in a lab: a provisioner and one enrolled concentrator beside its
 * charon.
 */
public final class Deployment implements AutoCloseable {
    private final Lab lab;
    private final ProvisionerProcess provisioner;
    private final ConcentratorProcess concentrator;

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

    /**
     * Orders a tunnel for a branch of the lab and brings the branch up with what is handed out.
     *
     * @return the tunnel's id; its SAs are asked for, not yet established
     */
    public String bringUp(BranchHost branch, String name) {
        var customer = provisioner.customer();
        var order =
                customer.order(name, branch.protectedNetwork(), UUID.randomUUID().toString())
                        .expect(202)
                        .json();
        customer.awaitOrder(order.path("id").asText(), Duration.ofSeconds(60));
        String tunnel = order.path("tunnel").asText();
        branch.apply(customer.deviceConfiguration(tunnel).files());
        return tunnel;
    }

    /** Ends a tunnel and waits until nothing of it is left; the branch host is as new. */
    public void takeDown(String tunnel, BranchHost branch) {
        var customer = provisioner.customer();
        customer.delete("/v1/tunnels/" + tunnel).expect(202);
        customer.awaitTunnel(
                tunnel,
                Duration.ofSeconds(30),
                found -> found.path("state").asText().equals("ENDED"));
        branch.reset();
    }

    /** Ends the provisioner; the hosts end with the lab. */
    @Override
    public void close() {
        provisioner.close();
    }
}
