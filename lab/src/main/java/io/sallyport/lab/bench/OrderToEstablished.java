package io.sallyport.lab.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import io.sallyport.lab.BranchHost;
import io.sallyport.lab.BranchHost.DeviceFile;
import io.sallyport.lab.ConcentratorHost;
import io.sallyport.lab.HostProcess.Signal;
import io.sallyport.lab.Lab;
import io.sallyport.lab.LabException;
import io.sallyport.lab.product.Deployment;
import io.sallyport.lab.product.DeviceConfiguration;
import io.sallyport.lab.product.ProvisionerApi;
import io.sallyport.node.enrolment.KeyRequest;
import io.sallyport.node.storage.KeySeal;
import io.sallyport.vici.Charon;
import io.sallyport.vici.ViciSession;
import io.sallyport.wire.DesiredState;
import io.sallyport.wire.MalformedWireException;
import io.sallyport.wire.WireJson;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.PrivateKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * From the POST of an order to the CHILD_SA at the branch, against the floor: the same tunnel, with
 * the same keys, certificates and proposals, on the same two hosts, loaded from files that are
 * already there ({@code swanctl --load-all} at the concentrator, then at the branch) and started by
 * {@code swanctl --initiate}. Both begin with a branch charon that was just started and end with
 * its event {@code child-updown}.
 */
final class OrderToEstablished implements Benchmark {
    private static final int EXERCISES = 800;
    private static final int WARM_UP = 15;
    private static final int ROUNDS = 31;
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final String SETUP = "/etc/sallyport/setup.sh";

    @Override
    public String name() {
        return "order-to-established";
    }

    @Override
    public String description() {
        return "from the POST of an order to SAs established, against swanctl --load-all on both"
                + " hosts and --initiate; goal: ratio at most 1.5";
    }

    @Override
    public List<Row> run(Progress progress) {
        try (Lab lab = Lab.start(1, progress::say);
                Deployment deployment = Deployment.start(lab);
                WaitingShell atConcentrator = WaitingShell.on(lab.concentrator());
                WaitingShell atBranch = WaitingShell.on(lab.branch(1).gateway())) {
            Run run = new Run(deployment, atConcentrator, atBranch);
            try {
                run.exercise(progress);
                Rounds rounds =
                        Rounds.interleaved(WARM_UP, ROUNDS, run::ours, run::byHand, progress);
                run.stages.forEach(
                        (stage, took) ->
                                progress.say(
                                        String.format(
                                                Locale.ROOT,
                                                "ours, %s: %.1f ms",
                                                stage,
                                                Rounds.median(
                                                        took.subList(WARM_UP, took.size())))));
                return List.of(Row.of(name(), "ms", rounds));
            } catch (RuntimeException e) {
                progress.say("logs: " + lab.collectLogs());
                throw e;
            }
        }
    }

    private static final class Run {
        private final Clock clock = Clock.systemUTC();
        private final Deployment deployment;
        private final ConcentratorHost concentrator;
        private final BranchHost branch;
        private final Path branchRoot;
        private final ProvisionerApi customer;
        private final WaitingShell atConcentrator;
        private final WaitingShell atBranch;
        private final Map<String, List<Double>> stages =
                Collections.synchronizedMap(new LinkedHashMap<>());
        private DeviceConfiguration device;
        private DesiredState desired;
        private int orders;

        Run(Deployment deployment, WaitingShell atConcentrator, WaitingShell atBranch) {
            this.deployment = deployment;
            this.concentrator = deployment.lab().concentrator();
            this.branch = deployment.lab().branch(1).gateway();
            this.branchRoot = branch.root();
            this.customer = deployment.provisioner().customer();
            this.atConcentrator = atConcentrator;
            this.atBranch = atBranch;
        }

        /**
         * Orders and cancels tunnels that no branch dials, as a service does all day: the JVMs
         * compile what an order needs, which the peer's programs bring with them.
         */
        void exercise(Progress progress) {
            for (int i = 1; i <= EXERCISES; i++) {
                if (i % 200 == 0) {
                    progress.say("exercise: %d of %d orders".formatted(i, EXERCISES));
                }
                JsonNode order =
                        customer.order(
                                        "exercise" + i,
                                        branch.protectedNetwork(),
                                        UUID.randomUUID().toString())
                                .expect(202)
                                .json();
                String tunnel = order.path("tunnel").asText();
                customer.earlyDeviceConfiguration(tunnel);
                customer.awaitOrder(order.path("id").asText(), DEADLINE);
                customer.end(tunnel, DEADLINE);
            }
        }

        double ours() {
            branch.startCharon();
            String tunnel;
            double took;
            try (ChildWatch watch = new ChildWatch(branch)) {
                Instant received = clock.instant();
                long begun = System.nanoTime();
                JsonNode order =
                        customer.order(
                                        "site" + ++orders,
                                        branch.protectedNetwork(),
                                        UUID.randomUUID().toString())
                                .expect(202)
                                .json();
                stage("order accepted", begun);
                tunnel = order.path("tunnel").asText();
                CompletableFuture<JsonNode> ready =
                        CompletableFuture.supplyAsync(
                                () -> {
                                    JsonNode settled =
                                            customer.awaitOrder(
                                                    order.path("id").asText(), DEADLINE);
                                    stage("order ready", begun);
                                    return settled;
                                });
                device = customer.earlyDeviceConfiguration(tunnel);
                stage("device configuration fetched", begun);
                place();
                atBranch.prepare("sh %s prepare".formatted(SETUP));
                atBranch.run();
                stage("branch prepared", begun);
                atBranch.prepare("sh %s dial".formatted(SETUP));
                JsonNode settled = ready.join();
                atBranch.run();
                stage("branch dials", begun);
                long ended = watch.awaitEstablished();
                stage("all", begun, ended);
                took = (ended - begun) / 1e6;
                steps(settled, received);
            }
            requireSa();
            desired = desired();
            deployment.takeDown(tunnel, branch);
            return took;
        }

        double byHand() {
            String state = deployment.concentrator().stateDirectory();
            // Our loop would undo what is loaded by hand.
            deployment.concentrator().process().signal(Signal.STOP);
            SwanctlFiles files = new SwanctlFiles(concentrator);
            JsonNode keys = keysInUse(state);
            String keyFile = state + "/bench-ike.key";
            concentrator.write(keyFile, ikeKey(keys, state), 0600);
            files.write(desired, keyFile, certificate(keys));
            concentrator.restartCharon();
            place();
            atBranch.prepare(
                    """
                    sed -i 's/start_action = start/start_action = none/' /etc/swanctl/conf.d/*
                    sh /etc/sallyport/routes.sh
                    """);
            atBranch.run();
            branch.startCharon();
            atConcentrator.prepare("swanctl --load-all --noprompt");
            atBranch.prepare(
                    "swanctl --load-all --noprompt; swanctl --initiate --child lan --timeout 30");
            double took;
            try (ChildWatch watch = new ChildWatch(branch)) {
                long begun = System.nanoTime();
                atConcentrator.run();
                atBranch.run();
                took = (watch.awaitEstablished() - begun) / 1e6;
            }
            requireSa();
            branch.reset();
            files.remove();
            concentrator.restartCharon();
            deployment.concentrator().process().signal(Signal.CONT);
            awaitLoop();
            return took;
        }

        private long stage(String name, long begun) {
            return stage(name, begun, System.nanoTime());
        }

        private long stage(String name, long begun, long ended) {
            stages.computeIfAbsent(name, _ -> new ArrayList<>()).add((ended - begun) / 1e6);
            return ended;
        }

        /** When the provisioner says that each step ended, from the POST on. */
        private void steps(JsonNode order, Instant received) {
            for (JsonNode step : order.path("steps")) {
                if (step.hasNonNull("finishedAt")) {
                    Instant finished = Instant.parse(step.path("finishedAt").asText());
                    stage(
                            "after the POST, " + step.path("name").asText(),
                            0,
                            Duration.between(received, finished).toNanos());
                }
            }
        }

        private void requireSa() {
            if (concentrator.establishedIkeSas() != 1) {
                throw new LabException("expected one IKE_SA, found " + concentrator.swanctl("-l"));
            }
        }

        private DesiredState desired() {
            String json =
                    concentrator.read(deployment.concentrator().stateDirectory() + "/desired.json");
            try {
                return WireJson.decode(json.getBytes(StandardCharsets.UTF_8), DesiredState.class);
            } catch (MalformedWireException e) {
                throw new LabException("the concentrator's desired state", e);
            }
        }

        /** The keys, client and IKE, and what the provisioner answered. */
        private JsonNode keysInUse(String state) {
            try {
                return new JsonMapper()
                        .readTree(concentrator.read(state + "/membership.json"))
                        .path("current");
            } catch (JsonProcessingException e) {
                throw new LabException("the concentrator's keys", e);
            }
        }

        /** In clear, as swanctl reads it. */
        private String ikeKey(JsonNode keys, String state) {
            try {
                Path seal = Files.createTempFile("node", ".key");
                try {
                    Files.writeString(seal, concentrator.read(state + "-key/node.key"));
                    PrivateKey key =
                            KeyRequest.key(keys.path("keys").path(1).asText(), KeySeal.at(seal));
                    return "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n"
                            .formatted(
                                    Base64.getMimeEncoder(64, new byte[] {'\n'})
                                            .encodeToString(key.getEncoded()));
                } finally {
                    Files.delete(seal);
                }
            } catch (IOException e) {
                throw new LabException("the concentrator's IKE key", e);
            }
        }

        private static String certificate(JsonNode keys) {
            try {
                return WireJson.decode(
                                keys.path("answer").asText().getBytes(StandardCharsets.UTF_8),
                                io.sallyport.wire.Enrolment.Answer.class)
                        .ikeCertificatePem();
            } catch (MalformedWireException e) {
                throw new LabException("the concentrator's enrolment", e);
            }
        }

        /** Until the loop has loaded its key into the charon that was started last. */
        private void awaitLoop() {
            deployment.concentrator().awaitConnected();
            try (ViciSession session = new ViciSession(concentrator.viciSocket())) {
                Charon charon = new Charon(session, Charon.Limits.DEFAULT);
                long end = System.nanoTime() + DEADLINE.toNanos();
                while (charon.keys().isEmpty() || charon.authorities().isEmpty()) {
                    if (System.nanoTime() - end > 0) {
                        throw new LabException("the loop does not load the new charon");
                    }
                    Thread.onSpinWait();
                }
            } catch (IOException e) {
                throw new LabException("the concentrator's charon", e);
            }
        }

        /** Writes the device's files to where they belong on the branch. */
        private void place() {
            try {
                for (DeviceFile file : device.files()) {
                    Path path = branchRoot.resolve(file.path().substring(1));
                    Files.createDirectories(path.getParent());
                    byte[] content = new byte[file.content().remaining()];
                    file.content().duplicate().get(content);
                    Files.write(path, content);
                    Files.setPosixFilePermissions(path, permissions(file.mode()));
                }
            } catch (IOException e) {
                throw new LabException("the device configuration", e);
            }
        }

        private static Set<PosixFilePermission> permissions(int mode) {
            Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
            PosixFilePermission[] all = PosixFilePermission.values(); // owner, group, others: rwx
            for (int bit = 0; bit < all.length; bit++) {
                if ((mode & (0400 >> bit)) != 0) {
                    permissions.add(all[bit]);
                }
            }
            return permissions;
        }
    }
}
