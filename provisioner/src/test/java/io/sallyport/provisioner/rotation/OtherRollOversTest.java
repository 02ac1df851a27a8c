package io.sallyport.provisioner.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.provisioner.TestGateway;
import io.sallyport.provisioner.TestTls;
import io.sallyport.provisioner.authority.AuthorityGenerations;
import io.sallyport.provisioner.authority.TrustedCertificates;
import io.sallyport.provisioner.order.Awaited;
import io.sallyport.provisioner.order.Rows;
import io.sallyport.wire.GatewayState;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** Other purposes than sites, and a root whose key is elsewhere. */
class OtherRollOversTest extends LiveTunnels {
    OtherRollOversTest() {
        super(0, 0);
    }

    @Test
    void listenersAndNodesChangeOverToTheNextAuthorityForOurOwnProcesses() throws Exception {
        String former = issuerShown();
        UUID rotation = rollOver("INTERNAL");
        Awaited.until(concentrator::desired, it -> it.keys().isPresent());
        assertThat(issuerShown()).as("before any node has one").isNotEqualTo(former);
        concentrator.followKeys();
        await(rotation, "DONE");
        assertThat(issuerShown()).contains(subject("INTERNAL", "CURRENT"));
        assertThat(former).contains(subject("INTERNAL", "RETIRED"));
    }

    @Test
    void gatewaysAcceptWhatTheNextAuthorityForTeleworkersIssuesBeforeItDoes() {
        TestGateway gateway = TestGateway.enrolled(provisioner);
        UUID rotation = rollOver("TELEWORKERS");
        GatewayState state = Awaited.until(() -> gateway.desired(0), it -> cas(it) == 3);
        assertThat(state.clientCrlsPem().split("BEGIN X509 CRL", -1)).hasSize(3);
        assertThat(subject("TELEWORKERS", "NEXT")).isNotNull();
        // It asks for what comes after, so it has that in force.
        assertThat(gateway.desired(state.version()).version()).isGreaterThan(state.version());
        await(rotation, "DONE");
        assertThat(subject("TELEWORKERS", "CURRENT"))
                .isNotEqualTo(subject("TELEWORKERS", "RETIRED"));
        assertThat(cas(gateway.desired(0))).as("those of the former one are good").isEqualTo(3);
    }

    /** Nothing of the former one is good then: each computer needs a secret. */
    @Test
    void whatTheFormerAuthorityForTeleworkersIssuedIsRefusedAtOnceWhenThatIsWanted() {
        TestGateway gateway = TestGateway.enrolled(provisioner);
        UUID rotation =
                begin(
                        "{\"kind\": \"ISSUING_CA\", \"purpose\": \"TELEWORKERS\","
                                + " \"acceptFormerFor\": \"PT0S\"}");
        GatewayState state = Awaited.until(() -> gateway.desired(0), it -> cas(it) == 3);
        gateway.hasInForce(state);
        await(rotation, "DONE");
        provisioner.bean(AuthorityGenerations.class).withdraw();
        assertThat(cas(gateway.desired(0))).isEqualTo(2);
        assertThat(
                        provisioner
                                .bean(TrustedCertificates.class)
                                .accepted(AuthorityProfile.TELEWORKERS))
                .hasSize(1);
    }

    private static int cas(GatewayState state) {
        return state.clientAuthoritiesPem().split("BEGIN CERTIFICATE", -1).length - 1;
    }

    /** Its files are there, its rows are not. */
    @Test
    void anAuthorityWhoseMakingWasKilledIsPassedOverAndMadeAgain() throws IOException {
        provisioner.bean(AuthorityGenerations.class).next(AuthorityProfile.TELEWORKERS);
        Rows rows = new Rows(provisioner);
        rows.change(
                "DELETE FROM revocation_list WHERE authority IN"
                        + " (SELECT name FROM authority WHERE state = 'NEXT')");
        rows.change("DELETE FROM authority WHERE state = 'NEXT'");
        assertThat(folders("teleworkers-")).hasSize(1);
        restart();
        await(rollOver("TELEWORKERS"), "DONE");
        assertThat(folders("teleworkers-")).hasSize(2);
        assertThat(subject("TELEWORKERS", "CURRENT"))
                .isNotEqualTo(subject("TELEWORKERS", "RETIRED"));
    }

    private List<Path> folders(String beginning) throws IOException {
        try (Stream<Path> all = Files.list(data.resolve("ca"))) {
            return all.filter(it -> it.getFileName().toString().startsWith(beginning)).toList();
        }
    }

    /** Nothing is in memory: a process that is started meanwhile waits for the same. */
    @Test
    void anAuthorityThatTheRootSignsInACeremonyElsewhereIsWaitedForAndTakenOver()
            throws IOException {
        Path safe = lockRootAway();
        UUID rotation = rollOver("TELEWORKERS");
        awaitDetail(rotation, 1, "key ceremony");
        holdCeremony(safe, this::restart);

        await(rotation, "DONE");
        assertThat(subject("TELEWORKERS", "CURRENT"))
                .isNotEqualTo(subject("TELEWORKERS", "RETIRED"));
        assertThat(data.resolve("ca/next/teleworkers")).doesNotExist();
        // And it is there after the next start.
        restart();
        assertThat(subject("TELEWORKERS", "CURRENT"))
                .isNotEqualTo(subject("TELEWORKERS", "RETIRED"));
    }

    /** Others can be done meanwhile; the keys wait for their ceremony, and the next attempt. */
    @Test
    void aRollOverThatWaitsForACeremonyCanBeAbortedAndBegunAgainAfterIt() throws IOException {
        Path safe = lockRootAway();
        List<String> purposes = List.of("SITES", "GATEWAYS", "INTERNAL", "TELEWORKERS");
        for (String purpose : purposes) {
            UUID waits = rollOver(purpose);
            awaitDetail(waits, 1, "key ceremony");
            // A day and more: it is not late, because people are waited for.
            clock.advance(Duration.ofDays(2));
            assertThat(show(waits).get("state").textValue()).isEqualTo("RUNNING");
            assertThat(abort(waits).status()).isEqualTo(202);
            await(waits, "ABORTED");
            assertThat(states(purpose)).containsExactly("CURRENT");
        }
        holdCeremony(safe, () -> {});
        for (String purpose : purposes) {
            UUID again = rollOver(purpose);
            awaitWave(again, 2);
            assertThat(states(purpose)).hasSize(2);
            if (purpose.equals("SITES") || purpose.equals("INTERNAL")) {
                assertThat(abort(again).status()).isEqualTo(202);
                awaitReturn(again, "ABORTED");
            } else {
                await(again, "DONE");
            }
        }
        // A key that is younger than what the ceremony signed waits for the next one.
        awaitDetail(rollOver("TELEWORKERS"), 1, "key ceremony");
    }

    /** Of the certificate that the API shows to who connects now. */
    private String issuerShown() throws Exception {
        try (HttpClient client =
                HttpClient.newBuilder()
                        .sslContext(TestTls.trusting(provisioner.rootFile()))
                        .build()) {
            HttpResponse<Void> answer =
                    client.send(
                            provisioner.request("/v1/authorities", operator).GET().build(),
                            HttpResponse.BodyHandlers.discarding());
            return ((X509Certificate) answer.sslSession().orElseThrow().getPeerCertificates()[0])
                    .getIssuerX500Principal()
                    .getName();
        }
    }

    private UUID rollOver(String purpose) {
        return begin(authority(purpose));
    }

    private String subject(String purpose, String state) {
        return authorities(purpose, state).getFirst().get("subject").textValue();
    }
}
