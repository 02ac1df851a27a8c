package io.sallyport.lab.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.lab.BranchHost;
import io.sallyport.lab.HostProcess.Signal;
import io.sallyport.lab.product.Deployment;
import io.sallyport.lab.product.Polling;
import io.sallyport.lab.product.ProvisionerApi;
import io.sallyport.lab.product.ProvisionerProcess;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * The provisioner is killed with -9 in the middle of each step of an order. After its restart the
 * order is finished, and nothing was done twice.
 */
@ExtendWith(DeploymentExtension.class)
class ProvisionerKilledIT {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final Deployment deployment;
    private final ProvisionerProcess provisioner;
    private final BranchHost branch;

    ProvisionerKilledIT(Deployment deployment) {
        this.deployment = deployment;
        this.provisioner = deployment.provisioner();
        this.branch = deployment.lab().branch(1).gateway();
    }

    /**
     * Where the order stands when the provisioner dies. A lock on what the step has to write holds
     * it there; or its commit is held, and comes when nobody is left to tell of it.
     */
    enum Moment {
        ALLOCATE("tunnel_network"),
        ACCEPTED("branch_order"),
        CREDENTIAL("certificate"),
        CONFIGURE("concentrator"),
        CONFIGURED("tunnel"),
        LOAD(""),
        HAND_OVER("order_step"),
        GO_LIVE("order_step");

        private final String table;

        Moment(String table) {
            this.table = table;
        }
    }

    @ParameterizedTest
    @EnumSource
    void orderIsFinishedAfterTheRestartAndNothingIsDoneTwice(Moment moment) throws Exception {
        String name = "killed-" + moment.name().toLowerCase(Locale.ROOT).replace('_', '-');
        String idempotencyKey = UUID.randomUUID().toString();
        switch (moment) {
            case ALLOCATE, CREDENTIAL ->
                    KilledAtWrite.into(
                            moment.table, provisioner, () -> order(name, idempotencyKey));
            case ACCEPTED ->
                    KilledAtWrite.committing(
                            "INSERT", moment.table, provisioner, () -> order(name, idempotencyKey));
            case CONFIGURE, CONFIGURED -> killWhileConfiguring(moment, name, idempotencyKey);
            case LOAD -> killWhileTheConcentratorIsAway(name, idempotencyKey);
            case HAND_OVER -> {
                deployment.concentrator().process().signal(Signal.STOP);
                try {
                    awaitState(order(name, idempotencyKey), "CONFIGURED");
                    KilledAtWrite.into(
                            moment.table,
                            provisioner,
                            () -> deployment.concentrator().process().signal(Signal.CONT));
                } finally {
                    deployment.concentrator().process().signal(Signal.CONT);
                }
            }
            case GO_LIVE -> {
                String tunnel = ready(name, idempotencyKey);
                var files = provisioner.customer().deviceConfiguration(tunnel).files();
                KilledAtWrite.into(moment.table, provisioner, () -> branch.apply(files));
            }
        }
        provisioner.start();

        String tunnel = ready(name, idempotencyKey);
        ProvisionerApi customer = provisioner.customer();
        if (moment != Moment.GO_LIVE) {
            branch.apply(customer.deviceConfiguration(tunnel).files());
        }
        customer.awaitCarrying(tunnel, DEADLINE);
        assertThat(order(name, idempotencyKey).path("tunnel").asText()).isEqualTo(tunnel);
        try (ProvisionerDatabase database = ProvisionerDatabase.of(provisioner)) {
            assertThat(database.count("SELECT count(*) FROM tunnel WHERE branch = ?", name))
                    .isOne();
            assertThat(
                            database.count(
                                    "SELECT count(*) FROM certificate WHERE subject LIKE ?",
                                    "%" + name + ".%"))
                    .isOne();
            assertThat(
                            database.count(
                                    """
                                    SELECT count(*) FROM tunnel_network n JOIN tunnel t ON t.id = n.tunnel
                                    WHERE t.branch = ?
                                    """,
                                    name))
                    .isOne();
            // The network's, and the one address that was allocated.
            assertThat(blackholes())
                    .containsExactlyInAnyOrder(
                            branch.protectedNetwork(),
                            database.text(
                                    "SELECT host(probe_address) FROM tunnel WHERE branch = ?",
                                    name));
        }
        List<String> connections =
                deployment
                        .lab()
                        .concentrator()
                        .swanctl("--list-conns")
                        .lines()
                        .filter(line -> line.startsWith("tunnel-"))
                        .toList();
        assertThat(connections).singleElement().asString().contains(tunnel);
        deployment.takeDown(tunnel, branch);
    }

    /** The concentrator's reports would be held too. */
    private void killWhileConfiguring(Moment moment, String name, String idempotencyKey)
            throws Exception {
        deployment.concentrator().process().signal(Signal.STOP);
        try {
            Runnable order = () -> order(name, idempotencyKey);
            if (moment == Moment.CONFIGURED) {
                KilledAtWrite.committing("UPDATE", moment.table, provisioner, order);
            } else {
                KilledAtWrite.into(moment.table, provisioner, order);
            }
        } finally {
            deployment.concentrator().process().signal(Signal.CONT);
        }
    }

    /** Destinations that the concentrator drops while no SA carries them. */
    private List<String> blackholes() {
        return deployment
                .lab()
                .concentrator()
                .shell(DEADLINE, "ip route show type blackhole | cut -d ' ' -f 2")
                .lines()
                .toList();
    }

    private void killWhileTheConcentratorIsAway(String name, String idempotencyKey) {
        deployment.concentrator().process().signal(Signal.STOP);
        try {
            awaitState(order(name, idempotencyKey), "CONFIGURED");
            provisioner.kill();
        } finally {
            deployment.concentrator().process().signal(Signal.CONT);
        }
    }

    private JsonNode order(String name, String idempotencyKey) {
        return provisioner
                .customer()
                .order(name, branch.protectedNetwork(), idempotencyKey)
                .expect(202)
                .json();
    }

    private String ready(String name, String idempotencyKey) {
        JsonNode accepted = order(name, idempotencyKey);
        JsonNode found = provisioner.customer().awaitOrder(accepted.path("id").asText(), DEADLINE);
        assertThat(found.path("state").asText()).isIn("READY", "LIVE");
        return accepted.path("tunnel").asText();
    }

    private void awaitState(JsonNode order, String state) {
        String id = order.path("id").asText();
        Polling.until(
                DEADLINE,
                "order is " + state,
                () -> provisioner.customer().get("/v1/orders/" + id).expect(200).json(),
                found -> found.path("state").asText().equals(state));
    }
}
