package io.sallyport.lab.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.lab.BranchHost;
import io.sallyport.lab.HostProcess;
import io.sallyport.lab.HostProcess.Signal;
import io.sallyport.lab.Lab;
import io.sallyport.lab.product.Deployment;
import io.sallyport.lab.product.ProvisionerApi;
import io.sallyport.lab.product.ProvisionerProcess;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.util.Locale;

/**
 * The provisioner is killed with -9 in the middle of each step of a tunnel's end. Before the commit
 * nothing has happened, and the customer repeats the DELETE; after it the end comes by itself.
 */
@ExtendWith(DeploymentExtension.class)
class TunnelEndKilledIT {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final Deployment deployment;
    private final Lab lab;
    private final ProvisionerProcess provisioner;
    private final BranchHost branch;

    TunnelEndKilledIT(Deployment deployment) {
        this.deployment = deployment;
        this.lab = deployment.lab();
        this.provisioner = deployment.provisioner();
        this.branch = lab.branch(1).gateway();
    }

    /** What is being written when the provisioner dies. */
    enum Moment {
        REVOKE("certificate"),
        REVOCATION_LIST("revocation_list"),
        DESIRED_VERSION("concentrator"),
        LEAVE("tunnel"),
        COMMIT("tunnel"),
        FREE_ADDRESSES("tunnel_network");

        private final String table;

        Moment(String table) {
            this.table = table;
        }

        boolean isAfterTheCommit() {
            return this == COMMIT || this == FREE_ADDRESSES;
        }
    }

    @ParameterizedTest
    @EnumSource
    void tunnelEndsOnceAndNothingOfItIsLeft(Moment moment) throws Exception {
        String name = "ended-" + moment.name().toLowerCase(Locale.ROOT).replace('_', '-');
        String tunnel = deployment.bringUp(branch, name);
        provisioner.customer().awaitCarrying(tunnel, DEADLINE);
        String established = lab.concentrator().ikeSaId(tunnel);
        long listsBefore = crlNumber();

        Runnable delete = () -> provisioner.customer().delete("/v1/tunnels/" + tunnel);
        HostProcess concentrator = deployment.concentrator().process();
        if (moment == Moment.FREE_ADDRESSES) {
            KilledAtWrite.into(moment.table, provisioner, delete);
        } else {
            // Its reports would be held too.
            concentrator.signal(Signal.STOP);
            try {
                if (moment == Moment.COMMIT) {
                    KilledAtWrite.committing("UPDATE", moment.table, provisioner, delete);
                } else {
                    KilledAtWrite.into(moment.table, provisioner, delete);
                }
            } finally {
                concentrator.signal(Signal.CONT);
            }
        }
        provisioner.start();

        ProvisionerApi customer = provisioner.customer();
        if (!moment.isAfterTheCommit()) {
            JsonNode untouched = customer.awaitCarrying(tunnel, DEADLINE);
            assertThat(untouched.path("state").asText()).isEqualTo("ACTIVE");
            assertThat(lab.concentrator().ikeSaId(tunnel)).isEqualTo(established).isNotEmpty();
            assertThat(crlNumber()).isEqualTo(listsBefore);
            delete.run();
        }
        customer.awaitTunnel(
                tunnel, DEADLINE, found -> found.path("state").asText().equals("ENDED"));
        lab.concentrator().awaitNoSas(DEADLINE);
        assertThat(lab.concentrator().swanctl("--list-conns")).doesNotContain(tunnel);
        assertThat(crlNumber()).isEqualTo(listsBefore + 1);
        assertThat(lab.concentrator().swanctl("--list-certs", "--type", "x509_crl"))
                .contains(serialNumber(tunnel));

        // Its name and networks are free.
        String next = deployment.bringUp(branch, name);
        customer.awaitCarrying(next, DEADLINE);
    }

    private long crlNumber() throws Exception {
        try (ProvisionerDatabase database = ProvisionerDatabase.of(provisioner)) {
            return database.count(
                    """
                    SELECT crl_number FROM authority WHERE purpose = 'sites' AND state = 'CURRENT'
                    """);
        }
    }

    /** As swanctl prints it. */
    private String serialNumber(String tunnel) throws Exception {
        try (ProvisionerDatabase database = ProvisionerDatabase.of(provisioner)) {
            String hex =
                    database.text(
                            """
                            SELECT c.serial_number FROM certificate c JOIN tunnel t ON t.certificate = c.id
                            WHERE t.id = ?::uuid AND c.revoked_at IS NOT NULL
                            """,
                            tunnel);
            String whole = hex.length() % 2 == 0 ? hex : "0" + hex;
            return String.join(":", whole.split("(?<=\\G..)"));
        }
    }
}
