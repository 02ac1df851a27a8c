package io.sallyport.lab.system;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.Map;

/**
 * The provisioner is killed with -9 in the middle of each step of a revocation. Before the commit
 * nothing has happened, and it is revoked again; after it the tunnel ends by itself. No CRL number
 * is used twice.
 */
@ExtendWith(DeploymentExtension.class)
class RevocationKilledIT {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final Deployment deployment;
    private final Lab lab;
    private final ProvisionerProcess provisioner;
    private final BranchHost branch;

    RevocationKilledIT(Deployment deployment) {
        this.deployment = deployment;
        this.lab = deployment.lab();
        this.provisioner = deployment.provisioner();
        this.branch = lab.branch(1).gateway();
    }

    /** What is being written when the provisioner dies. */
    enum Moment {
        REVOKE("certificate"),
        SIGN("revocation_list"),
        DESIRED_VERSION("concentrator"),
        COMMIT("certificate");

        private final String table;

        Moment(String table) {
            this.table = table;
        }
    }

    @ParameterizedTest
    @EnumSource
    void revocationIsWholeOrHasNotHappened(Moment moment) throws Exception {
        String name = "revoked-" + moment.name().toLowerCase(Locale.ROOT).replace('_', '-');
        String tunnel = deployment.bringUp(branch, name);
        provisioner.customer().awaitCarrying(tunnel, DEADLINE);
        String serial =
                provisioner
                        .customer()
                        .get("/v1/certificates?purpose=BRANCH&limit=1")
                        .expect(200)
                        .json()
                        .at("/certificates/0/serial")
                        .asText();
        Runnable revoke =
                () ->
                        provisioner
                                .operator()
                                .post(
                                        "/v1/certificates/%s/revocation".formatted(serial),
                                        "{\"reason\": \"KEY_COMPROMISE\"}",
                                        Map.of());
        long listsBefore = crlNumber();

        HostProcess concentrator = deployment.concentrator().process();
        // Its reports would be held too.
        concentrator.signal(Signal.STOP);
        try {
            if (moment == Moment.COMMIT) {
                KilledAtWrite.committing("UPDATE", moment.table, provisioner, revoke);
            } else {
                KilledAtWrite.into(moment.table, provisioner, revoke);
            }
        } finally {
            concentrator.signal(Signal.CONT);
        }
        provisioner.start();

        ProvisionerApi customer = provisioner.customer();
        if (moment != Moment.COMMIT) {
            customer.awaitCarrying(tunnel, DEADLINE);
            assertThat(crlNumber()).isEqualTo(listsBefore);
            revoke.run();
        }
        customer.awaitTunnel(
                tunnel,
                DEADLINE,
                found ->
                        found.at("/truths/established/cause")
                                .asText()
                                .equals("the branch's certificate was revoked: key compromise"));
        lab.concentrator().awaitNoSas(DEADLINE);
        assertThat(crlNumber()).isEqualTo(listsBefore + 1);
    }

    private long crlNumber() throws Exception {
        try (ProvisionerDatabase database = ProvisionerDatabase.of(provisioner)) {
            return database.count(
                    """
                    SELECT crl_number FROM authority WHERE purpose = 'sites' AND state = 'CURRENT'
                    """);
        }
    }
}
