package io.sallyport.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Network;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the lab does with the engine, beside its hosts. */
@ExtendWith(LabExtension.class)
class EngineIT {
    private static final String NETWORK = "sallyport-still-in-use";

    private final Engine engine;
    private final DockerClient docker;

    EngineIT(Lab lab) {
        this.engine = lab.engine();
        this.docker = engine.docker();
    }

    @Test
    void aNetworkIsRemovedThoughSomethingIsStillAttachedToIt() {
        engine.createNetwork(NETWORK, "10.99.99.0/24", "10.99.99.254");
        String attached =
                docker.createContainerCmd(engine.image())
                        .withLabels(engine.labels())
                        .withHostConfig(HostConfig.newHostConfig().withNetworkMode(NETWORK))
                        .withCmd("sleep", "infinity")
                        .exec()
                        .getId();
        try {
            docker.startContainerCmd(attached).exec();

            engine.removeNetwork(network());

            assertThat(docker.listNetworksCmd().withNameFilter(NETWORK).exec()).isEmpty();
        } finally {
            docker.removeContainerCmd(attached).withForce(true).exec();
        }
    }

    private String network() {
        return docker.listNetworksCmd().withNameFilter(NETWORK).exec().stream()
                .map(Network::getId)
                .findFirst()
                .orElseThrow();
    }
}
