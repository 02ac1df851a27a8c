package io.sallyport.vici;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

@Timeout(30)
class CharonTest {
    private static final ViciMessage SUCCESS = ViciMessage.builder().put("success", true).build();
    private static final byte[] PEM = "PEM".getBytes(StandardCharsets.US_ASCII);

    private FakeCharon fake;
    private ViciSession session;
    private Charon charon;

    @BeforeEach
    void connect(@TempDir Path directory) throws Exception {
        fake = new FakeCharon(directory.resolve("charon.vici"));
        session = new ViciSession(fake.socket());
        charon = new Charon(session, Charon.Limits.DEFAULT);
    }

    @AfterEach
    void disconnect() throws Exception {
        session.close();
        fake.close();
    }

    @Test
    void tellsVersion() throws Exception {
        fake.answer(
                "version",
                ViciMessage.builder()
                        .put("daemon", "charon-systemd")
                        .put("version", "5.9.8")
                        .put("sysname", "Linux")
                        .put("release", "6.1")
                        .put("machine", "x86_64")
                        .build());

        assertThat(charon.version())
                .isEqualTo(new CharonVersion("charon-systemd", "5.9.8", "Linux", "6.1", "x86_64"));
    }

    @Test
    void tellsOneRunOfCharonFromTheNextThoughItsStartWobbles() throws Exception {
        fake.answer("stats", stats("Nov 21 23:00:35 2026"));
        CharonStats stats = charon.stats();
        fake.answer("stats", stats("Nov 21 23:00:34 2026"));
        CharonStats later = charon.stats();
        fake.answer("stats", stats("Nov 21 23:02:13 2026"));
        CharonStats restarted = charon.stats();

        assertThat(stats.since()).isEqualTo("Nov 21 23:00:35 2026");
        assertThat(stats.ikeSas()).isEqualTo(7);
        assertThat(stats.halfOpenIkeSas()).isEqualTo(2);
        assertThat(stats.plugins()).containsExactly("openssl", "vici");
        assertThat(later.isSameRunAs(stats)).isTrue();
        assertThat(restarted.isSameRunAs(stats)).isFalse();
    }

    @Test
    void loadsAndUnloadsCredentials() throws Exception {
        for (String command :
                List.of(
                        "load-cert",
                        "flush-certs",
                        "unload-key",
                        "load-authority",
                        "unload-authority",
                        "reload-settings")) {
            fake.answer(command, SUCCESS);
        }
        fake.answer(
                "load-key", ViciMessage.builder().put("success", true).put("id", "0f7f").build());

        charon.loadCertificate(CertificateType.X509, CertificateFlag.CA, PEM);
        charon.loadCertificate(CertificateType.X509_CRL, CertificateFlag.NONE, PEM);
        charon.flushCertificates(Optional.of(CertificateType.X509_CRL));
        charon.flushCertificates(Optional.empty());
        assertThat(charon.loadKey(PEM)).isEqualTo("0f7f");
        charon.unloadKey("0f7f");
        charon.loadAuthority("sites", ViciMessage.builder().put("cacert", PEM).build());
        charon.unloadAuthority("sites");
        charon.reloadSettings();

        assertThat(requests())
                .containsExactly(
                        "load-cert type=X509 flag=CA data=PEM",
                        "load-cert type=X509_CRL data=PEM",
                        "flush-certs type=X509_CRL",
                        "flush-certs",
                        "load-key type=any data=PEM",
                        "unload-key id=0f7f",
                        "load-authority sites{cacert=PEM}",
                        "unload-authority name=sites",
                        "reload-settings");
    }

    @Test
    void loadsAndUnloadsConnections() throws Exception {
        fake.answer("load-conn", SUCCESS).answer("unload-conn", SUCCESS);

        charon.loadConnection("br1", ViciMessage.builder().put("version", 2).build());
        charon.unloadConnection("br1");
        Map<String, ViciMessage> several = new LinkedHashMap<>();
        several.put("br2", ViciMessage.builder().put("version", 2).build());
        several.put("br1", ViciMessage.builder().put("version", 1).build());
        charon.loadConnections(several);

        assertThat(requests())
                .containsExactly(
                        "load-conn br1{version=2}",
                        "unload-conn name=br1",
                        "load-conn br2{version=2} br1{version=1}");
    }

    @Test
    void listsNames() throws Exception {
        fake.answer("get-conns", ViciMessage.builder().list("conns", List.of("a", "b")).build())
                .answer("get-keys", ViciMessage.builder().list("keys", List.of("0f7f")).build())
                .answer("get-authorities", ViciMessage.EMPTY);

        assertThat(charon.connections()).containsExactly("a", "b");
        assertThat(charon.keys()).containsExactly("0f7f");
        assertThat(charon.authorities()).isEmpty();
    }

    @Test
    void listsCertificatesAndAuthorities() throws Exception {
        fake.stream(
                "list-certs",
                "list-cert",
                List.of(
                        ViciMessage.builder()
                                .put("type", "X509")
                                .put("flag", "CA")
                                .put("has_privkey", true)
                                .put("data", PEM)
                                .build(),
                        ViciMessage.builder().put("type", "X509_CRL").put("data", PEM).build()))
                .stream(
                        "list-authorities",
                        "list-authority",
                        List.of(
                                ViciMessage.builder()
                                        .section("sites", ca -> ca.put("cacert", "CN=Root"))
                                        .build()));
        List<LoadedCertificate> certificates = new ArrayList<>();
        List<LoadedAuthority> authorities = new ArrayList<>();

        charon.listCertificates(certificates::add);
        charon.listAuthorities(authorities::add);

        assertThat(certificates)
                .extracting(LoadedCertificate::type, LoadedCertificate::flag)
                .containsExactly(
                        tuple(CertificateType.X509, Optional.of(CertificateFlag.CA)),
                        tuple(CertificateType.X509_CRL, Optional.empty()));
        assertThat(certificates.getFirst().data().remaining()).isEqualTo(PEM.length);
        assertThat(authorities)
                .containsExactly(
                        new LoadedAuthority(
                                "sites", "CN=Root", List.of(), List.of(), Optional.empty()));
    }

    @Test
    void listsConnections() throws Exception {
        ViciMessage recorded = RecordedMessagesTest.recorded("list-conn").message();
        fake.stream("list-conns", "list-conn", List.of(recorded, recorded));
        List<LoadedConnection> connections = new ArrayList<>();

        charon.listConnections(connections::add);

        assertThat(connections).hasSize(2).containsOnly(LoadedConnection.from(recorded));
        assertThat(requests()).containsExactly("list-conns");
    }

    @Test
    void listsSasThatMatch() throws Exception {
        fake.stream(
                "list-sas",
                "list-sa",
                List.of(ListSasBenchmark.ikeSa(0), ListSasBenchmark.ikeSa(1)));
        List<Long> ids = new ArrayList<>();

        charon.listSas(SaSelector.child("br1", "lan"), sa -> ids.add(sa.uniqueId()));
        charon.listSas(SaSelector.all(), _ -> {});

        assertThat(ids).containsExactly(1L, 2L);
        assertThat(requests()).containsExactly("list-sas ike=br1 child=lan", "list-sas");
    }

    @Test
    void endsAndRekeysSas() throws Exception {
        fake.answer(
                        "terminate",
                        ViciMessage.builder()
                                .put("success", true)
                                .put("matches", 2)
                                .put("terminated", 2)
                                .build())
                .answer(
                        "rekey",
                        ViciMessage.builder().put("success", true).put("matches", 1).build());

        assertThat(charon.terminate(SaSelector.ike("br1"), false, Duration.ofSeconds(3)))
                .isEqualTo(new Charon.Termination(2, 2));
        charon.terminate(SaSelector.ikeId(7), true, Duration.ZERO);
        charon.terminate(SaSelector.childId(8), false, Duration.ofNanos(1));
        assertThat(charon.rekey(SaSelector.ike("br1"), true)).isEqualTo(1);

        assertThat(requests())
                .containsExactly(
                        "terminate ike=br1 timeout=3000",
                        "terminate ike-id=7 timeout=-1 force=yes",
                        "terminate child-id=8 timeout=1",
                        "rekey ike=br1 reauth=yes");
    }

    @Test
    void redirectsThePeersOfSas() throws Exception {
        fake.answer(
                "redirect", ViciMessage.builder().put("success", true).put("matches", 2).build());

        assertThat(charon.redirect(SaSelector.ike("br1"), "192.0.2.1")).isEqualTo(2);
        fake.refuse("redirect", "no matching IKE_SAs found");

        assertThatThrownBy(() -> charon.redirect(SaSelector.ikeId(7), "hub.lab"))
                .isInstanceOf(ViciCommandException.class)
                .hasMessageContaining("no matching IKE_SAs found");
        assertThat(requests())
                .containsExactly(
                        "redirect ike=br1 gateway=192.0.2.1", "redirect ike-id=7 gateway=hub.lab");
    }

    @Test
    void tellsHowManySasMatchedWhenTerminatingFailed() {
        fake.answer(
                "terminate",
                ViciMessage.builder()
                        .put("success", false)
                        .put("matches", 0)
                        .put("terminated", 0)
                        .put("errmsg", "no matching SAs to terminate found")
                        .build());

        assertThatThrownBy(() -> charon.terminate(SaSelector.ike("br1"), false, Duration.ZERO))
                .asInstanceOf(type(ViciCommandException.class))
                .satisfies(e -> assertThat(e.response().text("matches")).contains("0"));
    }

    @Test
    void initiatesAndTellsTheLog() throws Exception {
        fake.on(
                "initiate",
                (_, client) -> {
                    client.raise(
                            "control-log",
                            ViciMessage.builder()
                                    .put("group", "IKE")
                                    .put("level", 0)
                                    .put("ikesa-name", "br1")
                                    .put("msg", "establishing CHILD_SA lan{1}")
                                    .build());
                    client.respond(SUCCESS);
                });
        List<ControlLog> log = new ArrayList<>();

        charon.initiate("br1", "lan", Duration.ofSeconds(5), log::add);

        assertThat(requests()).containsExactly("initiate ike=br1 child=lan timeout=5000");
        assertThat(log)
                .containsExactly(
                        new ControlLog(
                                "IKE", 0, Optional.of("br1"), "establishing CHILD_SA lan{1}"));
    }

    @Test
    void countsPerConnection() throws Exception {
        fake.answer(
                "get-counters",
                ViciMessage.builder()
                        .section(
                                "counters",
                                counters ->
                                        counters.section("br1", br1 -> br1.put("child-rekey", 3)))
                        .put("success", true)
                        .build());

        assertThat(charon.counters()).isEqualTo(Map.of("br1", Map.of("child-rekey", 3L)));
        assertThat(requests()).containsExactly("get-counters all=yes");
    }

    @Test
    void listsAlgorithmThatTwoPluginsImplement() throws Exception {
        ViciMessage twice =
                ViciMessage.of(
                        List.of(
                                new ViciMessage.KeyValue("NONCE_GEN", ViciValue.of("nonce")),
                                new ViciMessage.KeyValue("NONCE_GEN", ViciValue.of("openssl"))));
        fake.answer("get-algorithms", ViciMessage.builder().section("nonce-gen", twice).build());

        assertThat(charon.algorithms())
                .containsExactly(
                        new Algorithm("nonce-gen", "NONCE_GEN", "nonce"),
                        new Algorithm("nonce-gen", "NONCE_GEN", "openssl"));
    }

    private List<String> requests() {
        return fake.requests().stream()
                .map(request -> Octets.text(request).substring("CmdRequest ".length()))
                .toList();
    }

    private static ViciMessage stats(String since) {
        return ViciMessage.builder()
                .section("uptime", up -> up.put("running", "62 seconds").put("since", since))
                .section("workers", workers -> workers.put("total", 16).put("idle", 7))
                .section("ikesas", sas -> sas.put("total", 7).put("half-open", 2))
                .list("plugins", List.of("openssl", "vici"))
                .build();
    }
}
