package io.sallyport.lab;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.Device;

import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.output.OutputFrame;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** The container of a {@link TestHost}: its networks, rights, sysctls and mounts. */
final class HostContainer extends GenericContainer<HostContainer> {
    private static final String READY = "host is ready";

    private final Engine engine;
    private final List<TestHost.Leg> legs;

    private HostContainer(
            Engine engine, String name, List<TestHost.Leg> legs, Consumer<CreateContainerCmd> how) {
        super(DockerImageName.parse(engine.image()));
        this.engine = engine;
        this.legs = legs;
        // The image is imported, never pulled: a pull would hang where no registry is.
        withImagePullPolicy(_ -> false);
        withLabels(engine.labels());
        withCreateContainerCmdModifier(
                command -> {
                    command.getHostConfig()
                            .withDevices(new Device("rwm", "/dev/net/tun", "/dev/net/tun"));
                    command.withName(TestHost.containerName(name));
                    how.accept(command);
                });
    }

    /** Of a host in networks of its own. */
    static HostContainer inNetworks(
            Engine engine,
            String name,
            List<TestHost.Leg> legs,
            String preparation,
            List<TestHost.Mount> mounts,
            Set<TestHost.Feature> features) {
        return new HostContainer(
                        engine,
                        name,
                        legs,
                        command -> {
                            command.getHostConfig()
                                    .withNetworkMode(legs.getFirst().network().name())
                                    .withInit(true)
                                    .withCapAdd(capabilities(features))
                                    .withBinds(binds(mounts))
                                    .withSysctls(sysctls(features));
                            command.withHostName(name).withIpv4Address(legs.getFirst().address());
                        })
                .withCommand(
                        "sh", "-ec", preparation + "\necho '" + READY + "'\nexec sleep infinity")
                .waitingFor(
                        Wait.forLogMessage(READY + "\n", 1)
                                .withStartupTimeout(Duration.ofSeconds(60)));
    }

    /**
     * Of a host whose first process is systemd, with the network of another host. What systemd
     * mounts and filters for its services the engine must not forbid it; its control groups are
     * below the container's own, where the engine mounts them read-only.
     */
    static HostContainer withServices(
            Engine engine, String name, TestHost other, List<TestHost.Mount> mounts) {
        return new HostContainer(
                        engine,
                        name,
                        List.of(),
                        command ->
                                command.getHostConfig()
                                        .withNetworkMode("container:" + other.containerName())
                                        .withCapAdd(
                                                Capability.NET_ADMIN,
                                                Capability.SYS_ADMIN,
                                                Capability.SYS_PTRACE)
                                        .withSecurityOpts(
                                                List.of(
                                                        "seccomp=unconfined",
                                                        "apparmor=unconfined"))
                                        .withCgroupnsMode("private")
                                        .withBinds(binds(mounts)))
                .withEnv("container", "docker")
                .withCommand(
                        "sh",
                        "-ec",
                        """
                        for group in $(awk '$3 ~ /^cgroup/ {print $2}' /proc/mounts); do
                          mount -o remount,bind,rw $group
                        done
                        exec /lib/systemd/systemd --unit=basic.target
                        """);
    }

    private static Capability[] capabilities(Set<TestHost.Feature> features) {
        List<Capability> capabilities =
                new ArrayList<>(List.of(Capability.NET_ADMIN, Capability.NET_RAW));
        if (features.contains(TestHost.Feature.MEASURED)) {
            capabilities.add(Capability.SYS_PTRACE);
        }
        return capabilities.toArray(Capability[]::new);
    }

    private static Map<String, String> sysctls(Set<TestHost.Feature> features) {
        Map<String, String> sysctls = new LinkedHashMap<>();
        sysctls.put("net.ipv4.ip_forward", "1");
        // The engine gives every port to everybody; a host does not.
        sysctls.put("net.ipv4.ip_unprivileged_port_start", "1024");
        sysctls.put("net.ipv4.conf.all.rp_filter", "0");
        sysctls.put("net.ipv4.conf.default.rp_filter", "0");
        if (features.contains(TestHost.Feature.IPV6)) {
            sysctls.put("net.ipv6.conf.all.disable_ipv6", "0");
            sysctls.put("net.ipv6.conf.default.disable_ipv6", "0");
            sysctls.put("net.ipv6.conf.all.forwarding", "1");
        }
        return sysctls;
    }

    private static List<Bind> binds(List<TestHost.Mount> mounts) {
        return mounts.stream()
                .map(
                        mount ->
                                Bind.parse(
                                        "%s:%s:%s"
                                                .formatted(
                                                        mount.onMachine(),
                                                        mount.onHost(),
                                                        mount.writable() ? "rw" : "ro")))
                .toList();
    }

    /** Networks join between create and start, so that the preparation finds all interfaces. */
    @Override
    protected void containerIsCreated(String containerId) {
        for (TestHost.Leg leg : legs.stream().skip(1).toList()) {
            engine.docker()
                    .connectToNetworkCmd()
                    .withNetworkId(leg.network().name())
                    .withContainerId(containerId)
                    .withContainerNetwork(
                            new ContainerNetwork()
                                    .withIpamConfig(
                                            new ContainerNetwork.Ipam()
                                                    .withIpv4Address(leg.address())))
                    .exec();
        }
    }

    @Override
    protected void containerIsStarted(InspectContainerResponse info, boolean reused) {
        String errors = getLogs(OutputFrame.OutputType.STDERR).strip();
        if (!errors.isEmpty()) {
            throw new LabException(info.getName() + ": preparation: " + errors);
        }
    }
}
