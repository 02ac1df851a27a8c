package io.sallyport.provisioner.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.pki.pem.Pem;
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.provisioner.authority.AuthorityGenerations;
import io.sallyport.provisioner.authority.TrustedCertificates;
import io.sallyport.provisioner.order.Awaited;
import io.sallyport.provisioner.order.OrderClient;
import io.sallyport.wire.DesiredState;
import io.sallyport.wire.DesiredState.DesiredTunnel;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/** The authority for sites is rolled over. */
class RollOverTest extends LiveTunnels {
    private static final String REQUEST = authority("SITES");

    /** How far it comes before something happens to it. */
    enum Phase {
        /** The next authority is there; the concentrator has not said that it has it. */
        DISTRIBUTED,
        /** It issues; the concentrator still has its former keys. */
        ISSUING,
        /** The concentrator has keys with certificates of the next one. */
        CONCENTRATOR,
        /** The canary has authenticated with the concentrator's new key. */
        CANARY,
        /** The first branch has a certificate of the next one. */
        BRANCH
    }

    @Test
    void aDryRunSaysWhatWouldBeDoneAndMakesNoAuthority() {
        var answer = post("{\"kind\": \"ISSUING_CA\", \"purpose\": \"SITES\", \"dryRun\": true}");
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        // Authority, distribution, issue, concentrator, its canary, two branches, retirement.
        assertThat(answer.json().get("plan")).hasSize(8);
        assertThat(states("SITES")).containsExactly("CURRENT");
    }

    @Test
    void isEverywhereBeforeItIssuesAndIssuesBeforeTheFormerOneIsRetired() {
        UUID id = reach(Phase.DISTRIBUTED);
        assertThat(states("SITES")).containsExactly("CURRENT", "NEXT");
        DesiredState desired = concentrator.desired();
        assertThat(desired.authorities()).hasSize(3);
        assertThat(desired.revocationLists()).hasSize(2);
        assertThat(issued(1)).as("by the next one").isZero();

        goOn(id, Phase.DISTRIBUTED, Phase.BRANCH);
        assertThat(states("SITES")).containsExactly("CURRENT", "RETIRED");
        branch(tunnels.get(1));
        JsonNode done = await(id, "DONE");
        assertThat(done.get("lostPackets").asLong()).isZero();
        assertThat(issued(0)).as("by the present one").isEqualTo(3);
        assertThat(authorities("SITES", "RETIRED").getFirst().get("acceptedUntil").isNull())
                .isFalse();

        // Whoever was away has until the last certificate of the former one ends.
        assertThat(concentrator.desired().authorities()).hasSize(3);
        clock.advance(Duration.ofDays(91));
        provisioner.bean(AuthorityGenerations.class).withdraw();
        long version = concentrator.desired().version();
        assertThat(concentrator.desired().authorities()).hasSize(2);
        assertThat(concentrator.desired().revocationLists()).hasSize(1);
        provisioner.bean(AuthorityGenerations.class).withdraw();
        assertThat(concentrator.desired().version()).isEqualTo(version);
    }

    @Test
    void devicesAreGivenTheNextOneBeforeAnythingIsSignedByIt() throws Exception {
        List<String> before = fingerprints(configured(tunnels.getFirst()));
        assertThat(before).hasSize(2).hasSameElementsAs(fingerprints(told()));
        reach(Phase.DISTRIBUTED);
        assertThat(states("SITES")).containsExactly("CURRENT", "NEXT");
        assertThat(issued(1)).as("by the next one").isZero();
        String next = authorities("SITES", "NEXT").getFirst().get("sha256").textValue();
        assertThat(before).doesNotContain(next);
        for (UUID tunnel : tunnels) {
            assertThat(fingerprints(configured(tunnel))).hasSize(3).containsAll(before);
            assertThat(fingerprints(configured(tunnel))).contains(next);
        }
        assertThat(fingerprints(told())).hasSize(3).containsAll(before).contains(next);
        assertThat(issued(1)).as("by the next one").isZero();
    }

    /** The authorities in a device's configuration. */
    private List<X509Certificate> configured(UUID tunnel) throws IOException {
        JsonNode files =
                new OrderClient(provisioner)
                        .get("/v1/tunnels/%s/device-configuration".formatted(tunnel))
                        .json()
                        .get("files");
        List<X509Certificate> found = new ArrayList<>();
        for (JsonNode file : files) {
            if (file.get("path").textValue().startsWith("/etc/swanctl/x509ca/")) {
                found.addAll(Pem.certificates(file.get("content").textValue()));
            }
        }
        return found;
    }

    /** Those that EST tells (RFC 7030 section 4.1). */
    private Collection<? extends Certificate> told() throws CertificateException {
        var answer =
                provisioner.send(
                        HttpRequest.newBuilder(
                                        provisioner
                                                .enrolmentUrl()
                                                .resolve("/.well-known/est/cacerts"))
                                .timeout(Duration.ofSeconds(40)));
        assertThat(answer.status()).isEqualTo(200);
        return CertificateFactory.getInstance("X.509")
                .generateCertificates(
                        new ByteArrayInputStream(Base64.getDecoder().decode(answer.body())));
    }

    private static List<String> fingerprints(Collection<? extends Certificate> certificates)
            throws GeneralSecurityException {
        List<String> found = new ArrayList<>();
        for (Certificate certificate : certificates) {
            found.add(
                    HexFormat.of()
                            .formatHex(
                                    MessageDigest.getInstance("SHA-256")
                                            .digest(certificate.getEncoded())));
        }
        return found;
    }

    @Test
    void aConcentratorWhoseCharonDoesNotHaveItStopsItAndNothingIsIssued() {
        concentrator.tellTrust(false);
        UUID id = reach(Phase.DISTRIBUTED);
        concentrator.apply();
        Awaited.until(
                () -> show(id),
                it -> it.at("/waves/1/targets/0/state").textValue().equals("RUNNING"));
        clock.advance(Duration.ofSeconds(121));
        JsonNode over = await(id, "ROLLED_BACK");
        assertThat(over.get("cause").textValue()).contains("hub").contains("took too long");
        assertThat(states("SITES")).containsExactly("CURRENT", "NEXT");
        assertThat(issued(1)).isZero();

        // The next attempt goes on with the authority that is there.
        concentrator.tellTrust(true);
        UUID again = begin(REQUEST);
        goOn(again, Phase.DISTRIBUTED, Phase.ISSUING);
        assertThat(authorities("SITES", ".*")).hasSize(2);
    }

    @Test
    void aProvisionerThatIsStartedAnewInEachPhaseGoesOnWhereItStood() throws IOException {
        UUID id = reach(Phase.DISTRIBUTED);
        for (Phase phase : Phase.values()) {
            if (phase != Phase.DISTRIBUTED) {
                enter(id, phase);
            }
            restart();
        }
        branch(tunnels.get(1));
        await(id, "DONE");
        assertThat(states("SITES")).containsExactly("CURRENT", "RETIRED");
    }

    /** Its key may be known to others, so whoever was away has to be looked after. */
    @Test
    void aFormerOneThatIsAcceptedForNoTimeIsNotAcceptedWhenAllHaveChangedOver() {
        UUID id =
                begin(
                        "{\"kind\": \"ISSUING_CA\", \"purpose\": \"SITES\","
                                + " \"acceptFormerFor\": \"PT0S\"}");
        Awaited.until(concentrator::desired, it -> it.authorities().size() == 3);
        goOn(id, Phase.DISTRIBUTED, Phase.BRANCH);
        provisioner.bean(AuthorityGenerations.class).withdraw();
        assertThat(concentrator.desired().authorities())
                .as("while a branch has not changed over")
                .hasSize(3);
        branch(tunnels.get(1));
        await(id, "DONE");
        JsonNode former = authorities("SITES", "RETIRED").getFirst();
        assertThat(Instant.parse(former.get("acceptedUntil").textValue()))
                .isBeforeOrEqualTo(clock.instant());

        provisioner.bean(AuthorityGenerations.class).withdraw();
        assertThat(concentrator.desired().authorities()).hasSize(2);
        assertThat(concentrator.desired().revocationLists()).hasSize(1);
        assertThat(
                        provisioner
                                .bean(TrustedCertificates.class)
                                .accepted(AuthorityProfile.SITES)
                                .stream()
                                .map(it -> it.getSubjectX500Principal().getName()))
                .as("of branches that enrol or renew")
                .noneMatch(former.get("subject").textValue()::contains)
                .hasSize(1);
    }

    @Test
    void aRollOverIsOfOnePurposeForAll() {
        assertThat(post("{\"kind\": \"ISSUING_CA\"}").status()).isEqualTo(422);
        assertThat(post("{\"kind\": \"ISSUING_CA\", \"purpose\": \"MOON\"}").status())
                .isEqualTo(422);
        assertThat(
                        post("{\"kind\": \"ISSUING_CA\", \"purpose\": \"SITES\", \"targets\": [\"%s\"]}"
                                        .formatted(tunnels.getFirst()))
                                .status())
                .isEqualTo(422);
        assertThat(
                        post("{\"kind\": \"ISSUING_CA\", \"purpose\": \"SITES\","
                                        + " \"acceptFormerFor\": \"-P1D\"}")
                                .status())
                .isEqualTo(422);
        var fraction =
                post(
                        "{\"kind\": \"ISSUING_CA\", \"purpose\": \"SITES\","
                                + " \"acceptFormerFor\": \"PT0.9S\"}");
        assertThat(fraction.status()).as("it would be none at all").isEqualTo(422);
        assertThat(fraction.body()).contains("whole seconds");
    }

    private UUID reach(Phase phase) {
        UUID id = begin(REQUEST);
        Awaited.until(concentrator::desired, it -> it.authorities().size() == 3);
        goOn(id, Phase.DISTRIBUTED, phase);
        return id;
    }

    /** Plays the concentrator and the branches from one phase to another. */
    private void goOn(UUID id, Phase from, Phase to) {
        for (Phase phase : Phase.values()) {
            if (phase.compareTo(from) > 0 && phase.compareTo(to) <= 0) {
                enter(id, phase);
            }
        }
    }

    private void enter(UUID id, Phase phase) {
        switch (phase) {
            case DISTRIBUTED -> throw new AssertionError("it begins there");
            case ISSUING -> {
                concentrator.apply();
                Awaited.until(
                        () -> {
                            concentrator.report();
                            return concentrator.desired();
                        },
                        it -> it.keys().filter(order -> order.id().equals(id)).isPresent());
            }
            case CONCENTRATOR -> {
                concentrator.followKeys();
                Awaited.until(this::wanted, it -> it.size() == 1);
            }
            case CANARY -> {
                authenticate(tunnels.getFirst(), 0);
                Awaited.until(this::wanted, List::isEmpty);
                Awaited.until(this::wishes, it -> it == 1);
            }
            case BRANCH -> branch(tunnels.getFirst());
        }
    }

    /** It renews as it was asked to, and authenticates with what it got. */
    private void branch(UUID tunnel) {
        Awaited.until(this::wishes, it -> it == 1);
        DesiredTunnel desired =
                concentrator.desired().tunnels().stream()
                        .filter(it -> it.id().equals(tunnel))
                        .findFirst()
                        .orElseThrow();
        renew(tunnel);
        authenticate(tunnel, 0);
        Awaited.until(
                () -> {
                    concentrator.report();
                    return provisioner.get("/v1/rotations", operator).json();
                },
                it -> it.at("/rotations/0").toString().contains(settled(desired)));
    }

    private static String settled(DesiredTunnel tunnel) {
        return "\"%s\",\"state\":\"DONE\"".formatted(tunnel.remoteIdentity().value());
    }

    private long issued(int index) {
        return authorities("SITES", ".*").get(index).get("issued").asLong();
    }
}
