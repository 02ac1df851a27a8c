package io.sallyport.provisioner.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.pki.pem.Pem;
import io.sallyport.provisioner.TestGateway;
import io.sallyport.provisioner.authority.AuthorityGenerations;
import io.sallyport.provisioner.authority.RootGenerations;
import io.sallyport.provisioner.authority.SiteCertificates;
import io.sallyport.provisioner.node.NodeKeys;
import io.sallyport.provisioner.order.Awaited;
import io.sallyport.provisioner.rotation.Rotation.Step;
import io.sallyport.wire.DesiredState;
import io.sallyport.wire.DesiredState.Authority;
import io.sallyport.wire.DesiredState.DesiredTunnel;
import io.sallyport.wire.GatewayState;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * A rotation of each kind, aborted in each phase: every tunnel is up, and all is as it was before.
 * The database holds a rotation in the phase, as it does when the process is killed there: what
 * would lead on is refused by a trigger, and undone.
 */
class AbortTest extends LiveTunnels {
    /** What is rotated, with two tunnels, a concentrator and so many gateways. */
    enum Rotated {
        CONCENTRATOR_KEY(0, "{\"kind\": \"CONCENTRATOR_KEY\"}"),
        GATEWAY_KEY(2, "{\"kind\": \"GATEWAY_KEY\"}"),
        SITE_KEY(0, "{\"kind\": \"SITE_KEY\"}"),
        SITES(0, authority("SITES")),
        GATEWAYS(2, authority("GATEWAYS")),
        INTERNAL(1, authority("INTERNAL")),
        TELEWORKERS(1, authority("TELEWORKERS")),
        ROOT(1, "{\"kind\": \"ROOT\"}");

        final int gatewayCount;
        final String request;

        Rotated(int gatewayCount, String request) {
            this.gatewayCount = gatewayCount;
            this.request = request;
        }
    }

    /** How far a wave is. */
    enum Moment {
        /** Its orders are out, and nobody has heard of them. */
        BEGUN,
        /** Everybody has done as they were asked to, and it has not been noticed. */
        FOLLOWED,
        /** It is the last, it is verified, and the rotation has not ended. */
        VERIFIED;

        /** Before the last wave, the next one's beginning says the same. */
        boolean isOf(Step step, boolean last) {
            return switch (this) {
                case BEGUN -> true;
                case FOLLOWED -> !OURS.contains(step);
                case VERIFIED -> last;
            };
        }
    }

    /** Steps in which nobody but ourselves does anything. */
    private static final Set<Step> OURS =
            EnumSet.of(Step.AUTHORITY, Step.ISSUE, Step.LISTENERS, Step.RETIRE);

    /**
     * What is to be as it was before.
     *
     * @param issuing the authority of each purpose, and the root
     * @param inForce certificates of each node
     * @param served what each gateway shows to its clients
     */
    private record Standing(
            Map<String, String> issuing,
            List<UUID> tunnels,
            Map<UUID, List<UUID>> inForce,
            List<String> served) {}

    private final List<TestGateway> gateways = new ArrayList<>();

    @BeforeEach
    void theDatabaseCanHoldRotations() {
        rows().change("CREATE TABLE held (begins int, ends int)");
        rows().change("INSERT INTO held VALUES (0, 0)");
        rows().change(
                        """
                        CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$
                        BEGIN
                          IF NEW.started_at IS NOT NULL AND OLD.started_at IS NULL
                             AND NEW.number = (SELECT begins FROM held) THEN
                            RAISE EXCEPTION 'wave % is not to begin', NEW.number;
                          ELSIF NEW.finished_at IS NOT NULL
                             AND NEW.number = (SELECT ends FROM held) THEN
                            RAISE EXCEPTION 'wave % is not to end', NEW.number;
                          END IF;
                          RETURN NEW;
                        END $$
                        """);
        rows().change(
                        "CREATE TRIGGER hold BEFORE UPDATE ON rotation_wave FOR EACH ROW EXECUTE"
                                + " FUNCTION hold()");
        rows().change(
                        """
                        CREATE FUNCTION hold_end() RETURNS trigger LANGUAGE plpgsql AS $$
                        BEGIN
                          IF NEW.state = 'DONE' AND (SELECT begins FROM held) > 0 THEN
                            RAISE EXCEPTION 'it is not to end';
                          END IF;
                          RETURN NEW;
                        END $$
                        """);
        rows().change(
                        "CREATE TRIGGER hold_end BEFORE UPDATE ON rotation FOR EACH ROW EXECUTE"
                                + " FUNCTION hold_end()");
    }

    @ParameterizedTest
    @EnumSource
    void anAbortInEachPhaseLeavesEveryTunnelUpAndTheNextAttemptCanEndWell(Rotated what)
            throws Exception {
        for (int i = 0; i < what.gatewayCount; i++) {
            gateways.add(TestGateway.enrolled(provisioner));
        }
        List<Step> plan = plan(what);
        Standing before = standing();
        for (int wave = 1; wave <= plan.size(); wave++) {
            for (Moment moment : Moment.values()) {
                if (!moment.isOf(plan.get(wave - 1), wave == plan.size())) {
                    continue;
                }
                String phase = "wave %d, %s, %s".formatted(wave, plan.get(wave - 1), moment);
                UUID id = reach(what, wave, moment);
                assertThat(abort(id).status()).as(phase).isEqualTo(202);
                awaitReturned(id);
                assertThat(standing()).as(phase).isEqualTo(before);
                everyTunnelCanBeAuthenticated(phase);
                assertThat(abort(id).status()).as(phase).isEqualTo(409);
            }
        }
        UUID last = reach(what, plan.size(), Moment.FOLLOWED);
        hold(0, 0);
        await(last, "DONE");
        everyTunnelCanBeAuthenticated("at the end");
    }

    private List<Step> plan(Rotated what) {
        UUID id = begin(what.request);
        Rotation rotation = provisioner.bean(Rotations.class).find(id).orElseThrow();
        assertThat(abort(id).status()).isEqualTo(202);
        awaitReturned(id);
        return rotation.waves().stream().map(it -> it.targets().getFirst().step()).toList();
    }

    private UUID reach(Rotated what, int last, Moment moment) {
        hold(moment == Moment.VERIFIED ? last + 1 : 0, moment == Moment.VERIFIED ? 0 : last);
        UUID id = begin(what.request);
        for (int wave = 1; wave <= last; wave++) {
            awaitOf(id, wave, "startedAt");
            if (wave < last || moment != Moment.BEGUN) {
                follow();
            }
            if (wave < last || moment == Moment.VERIFIED) {
                awaitOf(id, wave, "finishedAt");
            }
        }
        work();
        if (moment == Moment.VERIFIED) {
            // Where nothing that it issued is left, peers have been told to forget the former one.
            provisioner.bean(AuthorityGenerations.class).withdraw();
            provisioner.bean(RootGenerations.class).withdraw();
        }
        return id;
    }

    /** A number of a wave that is not to begin, and of one that is not to end; 0 for none. */
    private void hold(int begins, int ends) {
        rows().change("UPDATE held SET begins = ?, ends = ?", begins, ends);
    }

    private void awaitOf(UUID id, int wave, String time) {
        Awaited.until(
                () -> {
                    work();
                    return show(id);
                },
                it -> !it.at("/waves/%d/%s".formatted(wave - 1, time)).isNull());
    }

    /** Not at the next second, but now. */
    private void work() {
        provisioner.bean(RotationWorker.class).run();
    }

    /** Nodes and branches do as they are asked to. */
    private void follow() {
        concentrator.apply();
        concentrator.followKeys();
        for (TestGateway gateway : gateways) {
            gateway.followKeys();
            GatewayState state = gateway.desired(0);
            gateway.hasInForce(state);
            Awaited.until(
                    () ->
                            rows().count(
                                            "gateway WHERE id = '%s' AND fetched_version >= %d"
                                                    .formatted(gateway.id(), state.version())),
                    it -> it == 1);
        }
        List<UUID> asked = new ArrayList<>(wanted());
        for (UUID tunnel : tunnels) {
            if (isWished(tunnel)) {
                renew(tunnel);
                asked.add(tunnel);
            }
            if (!authorities("ROOT", "NEXT").isEmpty()) {
                trustsNextRoot(tunnel);
            }
        }
        asked.forEach(tunnel -> authenticate(tunnel, 0));
    }

    private void awaitReturned(UUID id) {
        hold(0, 0);
        JsonNode over =
                Awaited.until(
                        () -> {
                            work();
                            concentrator.followKeys();
                            gateways.forEach(TestGateway::followKeys);
                            return show(id);
                        },
                        it -> it.get("finishedAt") != null && !it.get("finishedAt").isNull());
        assertThat(over.get("state").textValue()).isEqualTo("ABORTED");
        assertThat(over.get("begunBy").textValue()).isEqualTo(operatorAsRecorded());
        assertThat(over.get("abortedBy").textValue()).isEqualTo(operatorAsRecorded());
        Awaited.until(
                () -> provisioner.bean(AuthorityGenerations.class).isAcceptedHere(), it -> it);
    }

    private Standing standing() {
        NodeKeys keys = provisioner.bean(NodeKeys.class);
        return new Standing(
                authorities(".*", "CURRENT").stream()
                        .collect(
                                Collectors.toMap(
                                        it -> it.get("purpose").textValue(),
                                        it -> it.get("sha256").textValue())),
                concentrator.desired().tunnels().stream().map(DesiredTunnel::id).toList(),
                keys.allInForce().stream()
                        .collect(
                                Collectors.toMap(
                                        NodeKeys.Credential::node,
                                        it ->
                                                List.of(
                                                        it.clientCertificate(),
                                                        it.serviceCertificate()))),
                gateways.stream()
                        .map(it -> it.desired(0))
                        .map(GatewayState::serverCertificateChainPem)
                        .toList());
    }

    /** Nothing is asked of anybody, and what each branch has is accepted where it dials in. */
    private void everyTunnelCanBeAuthenticated(String phase) throws Exception {
        DesiredState desired = concentrator.desired();
        assertThat(wanted()).as(phase).isEmpty();
        assertThat(wishes()).as(phase).isZero();
        List<X509Certificate> accepted = new ArrayList<>();
        for (Authority each : desired.authorities()) {
            accepted.addAll(Pem.certificates(each.certificatePem()));
        }
        for (UUID tunnel : tunnels) {
            X509Certificate shown = certificateOf(tunnel);
            List<X509Certificate> issuers =
                    accepted.stream().filter(it -> isIssuedBy(shown, it)).toList();
            assertThat(issuers).as(phase).hasSize(1);
            assertThat(accepted)
                    .as(phase)
                    .anyMatch(it -> isIssuedBy(it, it) && isIssuedBy(issuers.getFirst(), it));
            assertThat(
                            authorities("SITES", "CURRENT|NEXT|RETIRED").stream()
                                    .map(it -> it.get("subject").textValue()))
                    .hasSize(desired.revocationLists().size());
        }
    }

    private X509Certificate certificateOf(UUID tunnel) {
        return provisioner
                .bean(SiteCertificates.class)
                .certificate(
                        rows().id("SELECT certificate AS id FROM tunnel WHERE id = ?", tunnel));
    }

    private static boolean isIssuedBy(X509Certificate certificate, X509Certificate issuer) {
        try {
            certificate.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException _) {
            return false;
        }
    }
}
