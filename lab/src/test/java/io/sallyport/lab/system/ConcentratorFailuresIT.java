package io.sallyport.lab.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.lab.BranchHost;
import io.sallyport.lab.Lab;
import io.sallyport.lab.product.ConcentratorProcess;
import io.sallyport.lab.product.Deployment;
import io.sallyport.lab.product.ProvisionerProcess;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;

/** The concentrator process is killed: tunnels do not notice, and it goes on where it was. */
@ExtendWith(DeploymentExtension.class)
class ConcentratorFailuresIT {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final Lab lab;
    private final ProvisionerProcess provisioner;
    private final ConcentratorProcess concentrator;
    private final Deployment deployment;
    private final BranchHost branch;
    private String tunnel;

    ConcentratorFailuresIT(Deployment deployment) {
        this.deployment = deployment;
        this.lab = deployment.lab();
        this.provisioner = deployment.provisioner();
        this.concentrator = deployment.concentrator();
        this.branch = lab.branch(1).gateway();
    }

    @BeforeEach
    void bringUp() {
        tunnel = deployment.bringUp(branch, "orphaned");
        provisioner.customer().awaitCarrying(tunnel, DEADLINE);
    }

    @Test
    void itsDeathAndReturnDisturbNoTunnel() {
        String established = lab.concentrator().ikeSaId(tunnel);

        concentrator.process().kill();
        assertThat(reaches()).isTrue();
        concentrator.start();
        concentrator.awaitConnected();

        provisioner.customer().awaitCarrying(tunnel, DEADLINE);
        assertThat(lab.concentrator().ikeSaId(tunnel)).isEqualTo(established).isNotEmpty();
        assertThat(reaches()).isTrue();
    }

    @Test
    void itLoadsANewCharonFromItsStoredStateWhileTheProvisionerIsAway() {
        provisioner.kill();
        try {
            concentrator.process().kill();
            lab.concentrator().charon().kill();
            lab.concentrator().startCharon();
            concentrator.start();

            lab.branch(1).lan().awaitReachable(lab.concentratorLan().address(), DEADLINE);
        } finally {
            provisioner.start();
        }
        provisioner.customer().awaitCarrying(tunnel, DEADLINE);
    }

    @Test
    void itIsEnrolledAnewWhenItsHostLostEverything() {
        concentrator.process().kill();
        lab.concentrator().charon().kill();
        concentrator.setUpAnew(provisioner);
        lab.concentrator().startCharon();
        concentrator.start();

        lab.branch(1).lan().awaitReachable(lab.concentratorLan().address(), DEADLINE);
        provisioner.customer().awaitCarrying(tunnel, DEADLINE);
    }

    private boolean reaches() {
        return lab.branch(1).lan().ping(lab.concentratorLan().address(), 3).allReceived();
    }
}
