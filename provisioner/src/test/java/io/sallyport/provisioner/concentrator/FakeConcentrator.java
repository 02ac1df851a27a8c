package io.sallyport.provisioner.concentrator;

import io.sallyport.pki.pem.MalformedPemException;
import io.sallyport.pki.pem.Pem;
import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.TestNode;
import io.sallyport.provisioner.node.CallingNode;
import io.sallyport.provisioner.node.NodeKeys;
import io.sallyport.wire.DesiredState;
import io.sallyport.wire.DesiredState.DesiredTunnel;
import io.sallyport.wire.Enrolment;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.KeyOrder;
import io.sallyport.wire.ObservationReport;
import io.sallyport.wire.ObservationReport.Charon;
import io.sallyport.wire.ObservationReport.CharonState;
import io.sallyport.wire.ObservationReport.EspMode;
import io.sallyport.wire.ObservationReport.Probes;
import io.sallyport.wire.ObservationReport.SecurityAssociation;
import io.sallyport.wire.ObservationReport.Truth;
import io.sallyport.wire.ObservationReport.TruthChange;
import io.sallyport.wire.ObservationReport.TunnelObservation;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A concentrator without a charon: it takes the desired state and says of each tunnel what the test
 * tells it to. Enrols over the API, then speaks to the services behind the internal API. For one
 * thread.
 */
public final class FakeConcentrator {
    private RunningProvisioner provisioner;
    private final UUID id;
    private final Clock clock;
    private final Map<UUID, Set<Truth>> truths = new HashMap<>();
    private final List<TruthChange> changes = new ArrayList<>();
    private UUID boot = UUID.randomUUID();
    private long sequence;
    private Instant watchedTo;
    private DesiredState desired;
    private String refusal;
    private boolean tellsTrust = true;
    private UUID former;
    private final Map<UUID, Instant> authenticatedAt = new HashMap<>();
    private final Map<UUID, Long> lostProbes = new HashMap<>();

    private FakeConcentrator(RunningProvisioner provisioner, UUID id) {
        this.provisioner = provisioner;
        this.id = id;
        this.clock = provisioner.bean(Clock.class);
        this.watchedTo = clock.instant();
    }

    /** Registers and enrols one that protects 10.0.0.0/24. */
    public static FakeConcentrator register(RunningProvisioner provisioner) {
        return register(provisioner, "hub", "10.0.0.0/24", "10.0.0.1");
    }

    /** Registers and enrols one. */
    public static FakeConcentrator register(
            RunningProvisioner provisioner, String name, String network, String probeSource) {
        var answer =
                provisioner.post(
                        "/v1/concentrators",
                        provisioner.operatorToken(),
                        """
                        {"name": "%s", "ikeAddress": "192.0.2.1", "protectedNetworks": ["%s"], "probeSource": "%s"}
                        """
                                .formatted(name, network, probeSource));
        if (answer.status() != 201) {
            throw new AssertionError(answer.body());
        }
        var enrolment =
                TestNode.enrol(
                        provisioner,
                        answer.json().get("enrolmentSecret").textValue(),
                        TestNode.request(TestNode.ecKey("secp256r1")),
                        TestNode.request(TestNode.ecKey("secp256r1")));
        if (enrolment.status() / 100 != 2) {
            throw new AssertionError(enrolment.body());
        }
        return new FakeConcentrator(
                provisioner, UUID.fromString(answer.json().get("id").textValue()));
    }

    /** From now on it talks to this one, which has the same database. */
    public void follow(RunningProvisioner other) {
        provisioner = other;
    }

    public UUID id() {
        return id;
    }

    /** The present desired state. */
    public DesiredState desired() {
        return provisioner.bean(DesiredStates.class).of(id);
    }

    /** Makes itself equal to the desired state and reports. */
    public void apply() {
        desired = desired();
        for (DesiredTunnel tunnel : desired.tunnels()) {
            if (refusal == null) {
                set(tunnel.id(), Truth.LOADED, true, "loaded");
            }
        }
        truths.keySet()
                .removeIf(
                        tunnel ->
                                desired.tunnels().stream()
                                        .noneMatch(wanted -> wanted.id().equals(tunnel)));
        report();
    }

    /** From now on charon refuses every connection with these words; null: it takes them again. */
    public void refuse(String words) {
        refusal = words;
    }

    /** Something became true or false; {@link #report} says so. */
    public void set(UUID tunnel, Truth truth, boolean holds, String cause) {
        Set<Truth> of = truths.computeIfAbsent(tunnel, _ -> EnumSet.noneOf(Truth.class));
        if (holds ? of.add(truth) : of.remove(truth)) {
            changes.add(new TruthChange(tunnel, truth, holds, clock.instant(), cause));
        }
    }

    /** The branch dialled in, and traffic passes. */
    public void dialIn(UUID tunnel) {
        set(tunnel, Truth.ESTABLISHED, true, "the branch dialled in");
        set(tunnel, Truth.CARRYING, true, "a probe came back");
        report();
    }

    /** Forgets everything, as a process that was killed. */
    public void restart() {
        boot = UUID.randomUUID();
        sequence = 0;
        changes.clear();
        watchedTo = clock.instant();
    }

    /** Does what its desired state says of keys: makes new ones, returns to the former. */
    public void followKeys() {
        desired().keys().ifPresent(this::follow);
    }

    private void follow(KeyOrder order) {
        NodeKeys keys = provisioner.bean(NodeKeys.class);
        UUID present = keys.inForce(id).orElseThrow().clientCertificate();
        switch (order.verdict()) {
            case TRY -> {
                if (!order.id().equals(keys.inForce(id).orElseThrow().order())) {
                    former = present;
                    takeIntoForce(issued(order));
                }
            }
            case RETURN -> {
                if (order.id().equals(keys.inForce(id).orElseThrow().order())) {
                    takeIntoForce(former);
                }
            }
            case KEEP -> {}
        }
    }

    private UUID issued(KeyOrder order) {
        Renewals renewals = provisioner.bean(Renewals.class);
        Enrolment.Request request =
                new Enrolment.Request(
                        TestNode.request(TestNode.ecKey("secp256r1")),
                        TestNode.request(TestNode.ecKey("secp256r1")));
        renewals.renew(id, order.id(), request, provisioner.internalUrl());
        return provisioner
                .bean(NodeKeys.class)
                .answered(id, Enrolments.hash(request))
                .orElseThrow()
                .clientCertificate();
    }

    private void takeIntoForce(UUID clientCertificate) {
        provisioner
                .bean(Renewals.class)
                .inForce(new CallingNode(id, clientCertificate), clock.instant());
    }

    /** The SA of this tunnel is authenticated now; so many probes are lost on the way. */
    public void authenticate(UUID tunnel, long lost) {
        authenticatedAt.put(tunnel, clock.instant());
        lostProbes.put(tunnel, lost);
        report();
    }

    /** Reports what it knows. */
    public void report() {
        send(next());
    }

    /** Reports, as if it were its own, what another one would say with everything loaded. */
    public void sendInNameOf(FakeConcentrator other) {
        other.desired = other.desired();
        other.desired
                .tunnels()
                .forEach(tunnel -> other.set(tunnel.id(), Truth.LOADED, true, "loaded"));
        send(other.next());
    }

    /** Reports that it has not a single tunnel, though it applied all that is desired. */
    public void sendWithoutTunnels() {
        ObservationReport report = next();
        send(
                new ObservationReport(
                        report.boot(),
                        report.sequence(),
                        report.watchedFrom(),
                        report.watchedTo(),
                        report.appliedVersion(),
                        report.charon(),
                        List.of(),
                        List.of()));
    }

    /** Sends a report, also again. */
    public void send(ObservationReport report) {
        provisioner.bean(Observations.class).store(id, report);
    }

    /** The report that is due. */
    public ObservationReport next() {
        Instant from = watchedTo;
        watchedTo = clock.instant();
        var report =
                new ObservationReport(
                        boot,
                        ++sequence,
                        from,
                        watchedTo,
                        desired == null ? 0 : desired.version(),
                        new Charon(
                                CharonState.RUNNING,
                                Optional.of("5.9.8"),
                                EspMode.USER_SPACE,
                                from),
                        desired == null
                                ? List.of()
                                : desired.tunnels().stream().map(this::observation).toList(),
                        changes,
                        Optional.ofNullable(desired)
                                .filter(_ -> tellsTrust)
                                .map(FakeConcentrator::trust));
        changes.clear();
        return report;
    }

    /** From now on charon does not have, or does have again, what is to be trusted. */
    public void tellTrust(boolean tells) {
        tellsTrust = tells;
    }

    private static Set<String> trust(DesiredState desired) {
        return Stream.concat(
                        desired.authorities().stream()
                                .map(it -> der("CERTIFICATE", it.certificatePem())),
                        desired.revocationLists().stream().map(it -> der("X509 CRL", it.crlPem())))
                .map(FakeConcentrator::sha256)
                .collect(Collectors.toSet());
    }

    private static byte[] der(String label, String pem) {
        try {
            return Pem.decode(label, pem).getFirst();
        } catch (MalformedPemException e) {
            throw new AssertionError(e);
        }
    }

    private static String sha256(byte[] octets) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(octets));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private TunnelObservation observation(DesiredTunnel tunnel) {
        Set<Truth> holds = truths.getOrDefault(tunnel.id(), Set.of());
        boolean carrying = holds.contains(Truth.CARRYING);
        Long lost = lostProbes.remove(tunnel.id());
        return new TunnelObservation(
                tunnel.id(),
                holds.contains(Truth.LOADED),
                holds.contains(Truth.LOADED) ? Optional.empty() : Optional.ofNullable(refusal),
                holds.contains(Truth.ESTABLISHED)
                        ? Optional.of(
                                association(Optional.ofNullable(authenticatedAt.get(tunnel.id()))))
                        : Optional.empty(),
                carrying,
                carrying ? Optional.of(Duration.ofMillis(3)) : Optional.empty(),
                new Probes(1, lost == null ? 0 : lost));
    }

    private static SecurityAssociation association(Optional<Instant> authenticatedAt) {
        return new SecurityAssociation(
                Instant.parse("2026-01-01T00:00:00Z"),
                IpAddress.parse("198.51.100.1"),
                "AES_GCM_16_256/PRF_HMAC_SHA2_384/ECP_256",
                "AES_GCM_16_256",
                1000,
                2000,
                authenticatedAt);
    }
}
