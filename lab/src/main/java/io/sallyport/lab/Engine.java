package io.sallyport.lab;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Network;

import org.testcontainers.DockerClientFactory;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The docker engine, held by one lab at a time. The environment comes from {@code lab/setup.sh}.
 *
 * <p>Everything the lab makes carries {@link #LABEL}; what a killed JVM or a kept demo left behind
 * is removed by that label, and nothing else is ever touched. A file lock keeps two labs apart:
 * their networks have the same addresses.
 */
final class Engine implements AutoCloseable {
    static final String LABEL = "io.sallyport.lab";
    private static final Map<String, String> LABELS = Map.of(LABEL, "true");
    private static final int HTTP_FORBIDDEN = 403;

    private final DockerClient docker;
    private final String image;
    private final Path stateDirectory;
    private final FileChannel lockFile;
    private final FileLock lock;

    private Engine(
            DockerClient docker,
            String image,
            Path stateDirectory,
            FileChannel lockFile,
            FileLock lock) {
        this.docker = docker;
        this.image = image;
        this.stateDirectory = stateDirectory;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    /** Takes the engine; blocks while another lab holds it, and says so. Then removes leftovers. */
    static Engine take(Consumer<String> progress) {
        String image = environment("SALLYPORT_LAB_IMAGE");
        Path stateDirectory =
                Path.of(environment("SALLYPORT_STATE")).toAbsolutePath().resolve("lab");
        try {
            Files.createDirectories(stateDirectory);
            FileChannel lockFile =
                    FileChannel.open(
                            stateDirectory.resolveSibling("lab.lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            FileLock lock = lockFile.tryLock();
            if (lock == null) {
                progress.accept("another lab is up on this engine; waiting until it is closed");
                lock = lockFile.lock();
            }
            Engine engine =
                    new Engine(
                            DockerClientFactory.lazyClient(),
                            image,
                            stateDirectory,
                            lockFile,
                            lock);
            engine.removeLeftOvers();
            return engine;
        } catch (IOException e) {
            throw new LabException("cannot take the lock of the lab", e);
        }
    }

    static String environment(String name) {
        String value = System.getenv(name);
        if (value == null) {
            throw new LabException(name + " is not set: eval \"$(lab/engine env)\" first");
        }
        return value;
    }

    DockerClient docker() {
        return docker;
    }

    String image() {
        return image;
    }

    /** A directory of this machine for what hosts and machine share, such as VICI sockets. */
    Path stateDirectory() {
        return stateDirectory;
    }

    Map<String, String> labels() {
        return LABELS;
    }

    /**
     * Makes a bridge network. The machine itself gets {@code machineAddress}, so that the first
     * addresses stay free.
     */
    void createNetwork(String name, String subnet, String machineAddress) {
        docker.createNetworkCmd()
                .withName(name)
                .withLabels(LABELS)
                .withOptions(Map.of("com.docker.network.bridge.enable_ip_masquerade", "false"))
                .withIpam(
                        new Network.Ipam()
                                .withConfig(
                                        List.of(
                                                new Network.Ipam.Config()
                                                        .withSubnet(subnet)
                                                        .withGateway(machineAddress))))
                .exec();
    }

    /**
     * Ends the lab's processes on this machine, removes all containers and networks with its label.
     */
    void removeLeftOvers() {
        LeftOverProcesses.end(stateDirectory);
        List<Container> containers =
                docker.listContainersCmd().withShowAll(true).withLabelFilter(LABELS).exec();
        Concurrently.forEach(
                containers,
                container -> {
                    try {
                        docker.removeContainerCmd(container.getId())
                                .withForce(true)
                                .withRemoveVolumes(true)
                                .exec();
                    } catch (NotFoundException _) {
                        // gone meanwhile
                    }
                });
        docker.listNetworksCmd().withFilter("label", List.of(LABEL)).exec().stream()
                .map(Network::getId)
                .forEach(this::removeNetwork);
    }

    /**
     * Removes a network, also one that something is still attached to: on a busy machine the engine
     * now and then keeps an endpoint of a container that it has removed.
     */
    void removeNetwork(String network) {
        try {
            docker.removeNetworkCmd(network).exec();
        } catch (DockerException e) {
            if (e.getHttpStatus() != HTTP_FORBIDDEN) { // "has active endpoints"
                throw e;
            }
            docker
                    .inspectNetworkCmd()
                    .withNetworkId(network)
                    .exec()
                    .getContainers()
                    .values()
                    .stream()
                    .map(Network.ContainerNetworkConfig::getName)
                    .forEach(
                            name ->
                                    docker.disconnectFromNetworkCmd()
                                            .withNetworkId(network)
                                            .withContainerId(name)
                                            .withForce(true)
                                            .exec());
            docker.removeNetworkCmd(network).exec();
        }
    }

    /** Gives the engine back; what still runs goes on running. */
    @Override
    public void close() {
        try {
            lock.release();
            lockFile.close();
        } catch (IOException e) {
            throw new LabException("cannot release the lock of the lab", e);
        }
    }
}
