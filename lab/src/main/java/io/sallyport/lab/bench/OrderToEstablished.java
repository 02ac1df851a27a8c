package io.sallyport.lab.bench;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.lab.BranchHost;
import io.sallyport.lab.ConcentratorHost;
import io.sallyport.lab.FileConfiguredSites;
import io.sallyport.lab.HostProcess.Signal;
import io.sallyport.lab.Lab;
import io.sallyport.lab.product.Deployment;
import io.sallyport.lab.product.ProvisionerApi;

import java.time.Duration;
import java.util.List;
import java.util.UUID;

/**
 * From the order to installed SAs at both ends, against the floor: the same tunnel loaded and
 * initiated by hand from files that are in place on both hosts. Ours has more to do: it issues a
 * certificate, loads the concentrator, hands the configuration out and writes it to the branch.
 * Both charons run, and know nothing of the tunnel, when a round begins.
 */
final class OrderToEstablished implements Benchmark {
    private static final int WARM_UP = 6;
    private static final int ROUNDS = 11;
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    @Override
    public String name() {
        return "order-to-established";
    }

    @Override
    public String description() {
        return "POST to SAs established, against swanctl --load-all and --initiate by hand; goal:"
                + " at most 1.5 times that";
    }

    @Override
    public List<Row> run(Progress progress) {
        try (Lab lab = Lab.start(1, progress::say);
                Deployment deployment = Deployment.start(lab)) {
            FileConfiguredSites byHand =
                    FileConfiguredSites.write(lab.concentrator(), lab.branch(1).gateway());

            Rounds rounds =
                    Rounds.interleaved(
                            WARM_UP,
                            ROUNDS,
                            () -> ours(deployment),
                            () -> byHand(deployment, byHand),
                            progress);
            return List.of(Row.of(name(), "ms", rounds));
        }
    }

    private static double ours(Deployment deployment) {
        BranchHost branch = deployment.lab().branch(1).gateway();
        ProvisionerApi customer = deployment.provisioner().customer();
        branch.startCharon();
        long begun = System.nanoTime();
        JsonNode order =
                customer.order("bench", branch.protectedNetwork(), UUID.randomUUID().toString())
                        .expect(202)
                        .json();
        customer.awaitOrder(order.path("id").asText(), DEADLINE);
        String tunnel = order.path("tunnel").asText();
        branch.configure(customer.deviceConfiguration(tunnel).files());
        branch.awaitChild("lan", DEADLINE);
        double milliseconds = (System.nanoTime() - begun) / 1e6;
        deployment.takeDown(tunnel, branch);
        return milliseconds;
    }

    private static double byHand(Deployment deployment, FileConfiguredSites sites) {
        ConcentratorHost concentrator = deployment.lab().concentrator();
        BranchHost branch = deployment.lab().branch(1).gateway();
        // Stopped, not ended: it must not touch this charon, and has to stay warm.
        deployment.concentrator().process().signal(Signal.STOP);
        concentrator.restartCharon();
        branch.startCharon();
        long begun = System.nanoTime();
        sites.loadConcentrator();
        sites.loadAndInitiateBranch();
        double milliseconds = (System.nanoTime() - begun) / 1e6;
        branch.reset();
        concentrator.restartCharon();
        deployment.concentrator().process().signal(Signal.CONT);
        concentrator.await(DEADLINE, "swanctl --list-certs --type x509_crl | grep -q .");
        return milliseconds;
    }
}
