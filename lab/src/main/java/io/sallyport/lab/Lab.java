package io.sallyport.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The whole lab: networks and hosts, up with {@link #start}, and removed with {@link #close}.
 *
 * <pre>
 *   concentrator LAN host ─┬─ concentrator ─┬─ internet ─┬── branch1 ── LAN host of branch1
 *      10.10.0.10          │  192.0.2.10    │            ├── branch2 ── LAN host of branch2
 *                          └─ gateway ──────┘            │   198.51.100.12     10.20.2.10
 *                             192.0.2.20                 └── teleworker1
 *                                │                           198.51.100.101
 *                          management: this machine, with the provisioner
 * </pre>
 */
public final class Lab implements AutoCloseable {
    private final Engine engine;
    private final InternetHost internet;
    private final ConcentratorHost concentrator;
    private final LanHost concentratorLan;
    private final List<Branch> branches;
    private final Optional<GatewayHost> gateway;
    private final List<TeleworkerHost> teleworkers;

    /**
     * A branch site.
     *
     * @param gateway speaks IKE with the concentrator
     * @param lan a host behind it
     */
    public record Branch(BranchHost gateway, LanHost lan) {}

    private Lab(Engine engine, int branchCount, int teleworkerCount) {
        this.engine = engine;
        try {
            Path javaHome = Path.of(Engine.environment("JAVA_HOME_25")).toRealPath();
            Path labJars = target("lab");
            this.concentrator =
                    new ConcentratorHost(
                            engine,
                            javaHome,
                            target("concentrator"),
                            labJars,
                            shared("concentrator"));
            this.internet = new InternetHost(engine);
            if (teleworkerCount == 0) {
                this.gateway = Optional.empty();
                this.concentratorLan =
                        new LanHost(engine, "concentrator-lan", AddressPlan.LAN_CONCENTRATOR);
            } else {
                this.gateway =
                        Optional.of(new GatewayHost(engine, javaHome, target("ssl-vpn-gateway")));
                this.concentratorLan =
                        LanHost.besideGateway(
                                engine, "concentrator-lan", AddressPlan.LAN_CONCENTRATOR);
            }
            this.teleworkers =
                    IntStream.rangeClosed(1, teleworkerCount)
                            .mapToObj(
                                    number -> new TeleworkerHost(engine, number, javaHome, labJars))
                            .toList();
            List<Branch> made = new ArrayList<>();
            for (int number = 1; number <= branchCount; number++) {
                made.add(
                        new Branch(
                                new BranchHost(engine, number, shared("branch" + number)),
                                new LanHost(
                                        engine,
                                        "branch" + number + "-lan",
                                        AddressPlan.lanOfBranch(number))));
            }
            this.branches = List.copyOf(made);
        } catch (IOException e) {
            engine.close();
            throw new LabException("cannot prepare the lab's directories", e);
        }
    }

    /**
     * Brings everything up; charon runs on no host yet. Blocks, some seconds; longer while another
     * lab is up on the engine.
     *
     * @param branchCount how many branches, 1 to 99
     * @param progress told in a few words what goes on
     */
    public static Lab start(int branchCount, Consumer<String> progress) {
        return start(branchCount, 0, progress);
    }

    /**
     * As {@link #start(int, Consumer)}, with teleworkers and a gateway for them beside the
     * concentrator.
     *
     * @param teleworkerCount how many hosts of teleworkers, 0 to 99; no gateway when 0
     */
    public static Lab start(int branchCount, int teleworkerCount, Consumer<String> progress) {
        Lab lab = startNetworks(branchCount, teleworkerCount, progress);
        try {
            lab.startHosts();
            return lab;
        } catch (RuntimeException e) {
            throw lab.closedAfter(e);
        }
    }

    /**
     * As {@link #start(int, int, Consumer)}, but without hosts: what runs on this machine can be
     * started already. {@link #startHosts} has to follow.
     */
    public static Lab startNetworks(
            int branchCount, int teleworkerCount, Consumer<String> progress) {
        Lab lab = new Lab(Engine.take(progress), branchCount, teleworkerCount);
        try {
            lab.createNetworks();
            return lab;
        } catch (RuntimeException e) {
            throw lab.closedAfter(e);
        }
    }

    private RuntimeException closedAfter(RuntimeException failure) {
        try {
            close();
        } catch (RuntimeException cleanUp) {
            failure.addSuppressed(cleanUp);
        }
        return failure;
    }

    /**
     * Removes what a kept demo or a killed run left behind: hosts, networks and processes on this
     * machine.
     *
     * @param progress told when another lab has to be waited for
     */
    public static void removeLeftOvers(Consumer<String> progress) {
        // Taking the engine removes them.
        Engine.take(progress).close();
    }

    /**
     * The checkout this lab belongs to: the nearest directory upwards that has the lab's set-up.
     */
    public static Path repository() {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.exists(directory.resolve("lab/setup.sh"))) {
            directory = directory.getParent();
            if (directory == null) {
                throw new LabException("not inside a checkout of the project");
            }
        }
        return directory;
    }

    private static Path target(String module) throws IOException {
        return Files.createDirectories(repository().resolve(module).resolve("target"));
    }

    private Path shared(String host) throws IOException {
        return Files.createDirectories(engine.stateDirectory().resolve(host));
    }

    private void createNetworks() {
        List<AddressPlan.Net> networks =
                new ArrayList<>(
                        List.of(
                                AddressPlan.INTERNET_CONCENTRATORS,
                                AddressPlan.INTERNET_BRANCHES,
                                AddressPlan.MANAGEMENT,
                                AddressPlan.LAN_CONCENTRATOR));
        IntStream.rangeClosed(1, branches.size())
                .mapToObj(AddressPlan::lanOfBranch)
                .forEach(networks::add);
        Concurrently.forEach(
                networks, net -> engine.createNetwork(net.name(), net.subnet(), net.machine()));
    }

    /** Starts every host. Blocks, some seconds. */
    public void startHosts() {
        Concurrently.forEach(hosts(), TestHost::start);
    }

    /**
     * A new, empty directory of this machine for a process of this lab; what an earlier lab left in
     * it is removed.
     *
     * @param name one path element
     */
    public Path freshDirectory(String name) {
        Path directory = engine.stateDirectory().resolve(name);
        try {
            if (Files.exists(directory)) {
                try (Stream<Path> files = Files.walk(directory)) {
                    for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(file);
                    }
                }
            }
            return Files.createDirectories(directory);
        } catch (IOException e) {
            throw new LabException("cannot make " + directory, e);
        }
    }

    Engine engine() {
        return engine;
    }

    public InternetHost internet() {
        return internet;
    }

    public ConcentratorHost concentrator() {
        return concentrator;
    }

    /** The host behind the concentrator. */
    public LanHost concentratorLan() {
        return concentratorLan;
    }

    /**
     * One of the branch sites.
     *
     * @param number from 1
     */
    public Branch branch(int number) {
        return branches.get(number - 1);
    }

    /** The host of the SSL VPN gateway; throws when the lab was started without teleworkers. */
    public GatewayHost gateway() {
        return gateway.orElseThrow();
    }

    /**
     * One of the teleworkers' hosts.
     *
     * @param number from 1
     */
    public TeleworkerHost teleworker(int number) {
        return teleworkers.get(number - 1);
    }

    /** Every host, in no particular order. */
    public List<TestHost> hosts() {
        List<TestHost> hosts = new ArrayList<>(List.of(internet, concentrator, concentratorLan));
        branches.forEach(branch -> hosts.addAll(List.of(branch.gateway(), branch.lan())));
        gateway.ifPresent(hosts::add);
        hosts.addAll(teleworkers);
        return hosts;
    }

    /**
     * Copies what every host and every process on this machine logged into the checkout, for the
     * analysis of a failure.
     *
     * @return the directory
     */
    public Path collectLogs() {
        Path directory = repository().resolve("lab/target/logs");
        try {
            Files.createDirectories(directory);
            try (Stream<Path> files = Files.walk(engine.stateDirectory(), 2)) {
                for (Path log : files.filter(file -> file.toString().endsWith(".log")).toList()) {
                    Files.copy(
                            log,
                            directory.resolve(log.getFileName()),
                            StandardCopyOption.REPLACE_EXISTING);
                }
            }
        } catch (IOException e) {
            throw new LabException("cannot copy logs to " + directory, e);
        }
        Concurrently.forEach(
                hosts(),
                host -> {
                    CommandOutput logs =
                            host.tryRun(
                                    TestHost.SHORT,
                                    "sh",
                                    "-c",
                                    "tail -n 1000 /var/log/*.log; ip route; swanctl --list-sas");
                    try {
                        Files.writeString(directory.resolve(host.name() + ".log"), logs.out());
                    } catch (IOException e) {
                        throw new LabException("cannot write the logs of " + host.name(), e);
                    }
                });
        return directory;
    }

    /**
     * Ends this JVM's part in the lab and leaves all hosts running; the next lab on this engine
     * removes them.
     */
    public void leaveRunning() {
        engine.close();
    }

    /** Removes every host and network. */
    @Override
    public void close() {
        try (engine) {
            engine.removeLeftOvers();
        }
    }
}
