package io.sallyport.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sallyport.vici.Charon;
import io.sallyport.vici.ControlLog;
import io.sallyport.vici.IkeSa;
import io.sallyport.vici.LoadedAuthority;
import io.sallyport.vici.LoadedConnection;
import io.sallyport.vici.SaSelector;
import io.sallyport.vici.ViciCommandException;
import io.sallyport.vici.ViciMessage;
import io.sallyport.vici.ViciSession;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The VICI client alone on a real charon: what no other part of the product asks for, and charon's
 * own words when it refuses.
 */
@ExtendWith(LabExtension.class)
@Order(1)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ViciIT {
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private final ConcentratorHost concentrator;
    private final BranchHost branch;

    private ViciSession session;
    private Charon charon;

    ViciIT(Lab lab) {
        this.concentrator = lab.concentrator();
        this.branch = lab.branch(1).gateway();
    }

    @BeforeAll
    void configureByFiles() {
        FileConfiguredSites sites = FileConfiguredSites.write(concentrator, branch);
        concentrator.startCharon();
        branch.startCharon();
        sites.loadConcentrator();
        sites.loadBranch();
        session = new ViciSession(branch.viciSocket());
        charon = new Charon(session, Charon.Limits.DEFAULT);
    }

    @AfterAll
    void removeConfiguration() throws IOException {
        session.close();
        branch.reset();
        concentrator.charon().end(DEADLINE);
    }

    @Test
    void initiatesTellsItsLogAndRekeys() throws IOException {
        List<ControlLog> log = new ArrayList<>();
        charon.initiate("site", "lan", DEADLINE, log::add);

        assertThat(log)
                .as("charon's log of it, as it was streamed")
                .anyMatch(line -> line.text().startsWith("initiating IKE_SA site["))
                .anyMatch(line -> line.text().startsWith("CHILD_SA lan{"))
                .allMatch(line -> line.level() <= 4 && !line.group().isBlank());
        IkeSa established = onlySa();
        assertThat(established.isEstablished()).isTrue();
        assertThat(established.childSas()).singleElement().matches(child -> child.isInstalled());
        assertThat(charon.counters()).containsKey("site");

        assertThat(charon.rekey(SaSelector.ike("site"), false)).isEqualTo(1);
        branch.await(
                DEADLINE,
                "swanctl --list-sas | grep -q '^site: #[0-9]*, ESTABLISHED'"
                        + " && ! swanctl --list-sas | grep -q '^site: #%d,'"
                                .formatted(established.uniqueId()));
        assertThat(onlySa().isEstablished()).isTrue();
        assertThat(charon.terminate(SaSelector.ike("site"), false, DEADLINE).terminated())
                .isEqualTo(1);
    }

    @Test
    void tellsWhatIsLoadedAndWhatItCanDo() throws IOException {
        List<LoadedConnection> connections = new ArrayList<>();
        charon.listConnections(connections::add);
        assertThat(connections).extracting(LoadedConnection::name).containsExactly("site");

        charon.loadAuthority(
                "peer",
                ViciMessage.builder()
                        .put("cacert", branch.read("/root/by-hand/x509ca/peer.pem"))
                        .list("crl_uris", List.of("http://crl.example.net/sites.crl"))
                        .build());
        List<LoadedAuthority> authorities = new ArrayList<>();
        charon.listAuthorities(authorities::add);
        assertThat(authorities).extracting(LoadedAuthority::name).containsExactly("peer");
        charon.unloadAuthority("peer");

        assertThat(charon.algorithms())
                .anyMatch(
                        algorithm ->
                                algorithm.kind().equals("aead")
                                        && algorithm.name().equals("AES_GCM_16"));
        charon.reloadSettings();
        assertThat(charon.connections()).as("as before").containsExactly("site");
    }

    @Test
    void refusalIsToldInCharonsOwnWords() throws IOException {
        assertThatExceptionOfType(ViciCommandException.class)
                .isThrownBy(
                        () ->
                                charon.loadConnection(
                                        "wrong",
                                        ViciMessage.builder()
                                                .list("proposals", List.of("aes256-nonsense"))
                                                .build()))
                .satisfies(
                        refusal -> {
                            assertThat(refusal.command()).isEqualTo("load-conn");
                            assertThat(refusal.charonMessage())
                                    .isEqualTo("invalid value for: proposals, config discarded");
                        });
        assertThatExceptionOfType(ViciCommandException.class)
                .isThrownBy(() -> charon.initiate("site", "nothing", DEADLINE, _ -> {}))
                .satisfies(
                        refusal ->
                                assertThat(refusal.charonMessage())
                                        .isEqualTo("CHILD_SA config 'nothing' not found"));
        assertThat(charon.connections()).as("nothing was loaded").containsExactly("site");
    }

    private IkeSa onlySa() throws IOException {
        List<IkeSa> sas = new ArrayList<>();
        charon.listSas(SaSelector.all(), sas::add);
        assertThat(sas).hasSize(1);
        return sas.getFirst();
    }
}
