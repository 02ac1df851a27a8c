package io.sallyport.provisioner.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.SharedPostgres;
import io.sallyport.provisioner.TestClock;
import io.sallyport.provisioner.TestGateway;
import io.sallyport.provisioner.TestTls;
import io.sallyport.provisioner.authority.AuthorityGenerations;
import io.sallyport.provisioner.authority.CeremonyCommand;
import io.sallyport.provisioner.concentrator.FakeConcentrator;
import io.sallyport.provisioner.order.Awaited;
import io.sallyport.provisioner.order.Rows;
import io.sallyport.wire.GatewayState;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Other purposes than sites, and a root whose key is elsewhere. */
class OtherRollOversTest {
    @TempDir Path directory;
    private final TestClock clock = new TestClock();
    private final Map<String, String> database = SharedPostgres.newDatabase();
    private Path data;
    private RunningProvisioner provisioner;
    private String operator;

    @BeforeEach
    void start() throws IOException {
        data = directory.resolve("data");
        provisioner = RunningProvisioner.start(data, database, Map.of(), clock);
        operator = provisioner.operatorToken();
    }

    @AfterEach
    void stop() throws IOException {
        provisioner.close();
    }

    @Test
    void listenersAndNodesChangeOverToTheNextAuthorityForOurOwnProcesses() throws Exception {
        FakeConcentrator concentrator = FakeConcentrator.register(provisioner);
        String former = issuerShown();
        String rotation = begin("INTERNAL");
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
        String rotation = begin("TELEWORKERS");
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

    private static int cas(GatewayState state) {
        return state.clientAuthoritiesPem().split("BEGIN CERTIFICATE", -1).length - 1;
    }

    /** Its files are there, its rows are not. */
    @Test
    void anAuthorityWhoseMakingWasKilledIsPassedOverAndMadeAgain() throws IOException {
        provisioner.bean(AuthorityGenerations.class).next(AuthorityProfile.SITES);
        Rows rows = new Rows(provisioner);
        rows.change(
                "DELETE FROM revocation_list WHERE authority IN"
                        + " (SELECT name FROM authority WHERE state = 'NEXT')");
        rows.change("DELETE FROM authority WHERE state = 'NEXT'");
        assertThat(folders("sites-")).hasSize(1);
        provisioner.close();
        provisioner = RunningProvisioner.start(data, database, Map.of(), clock);
        await(begin("SITES"), "DONE");
        assertThat(folders("sites-")).hasSize(2);
        assertThat(subject("SITES", "CURRENT")).isNotEqualTo(subject("SITES", "RETIRED"));
    }

    private List<Path> folders(String beginning) throws IOException {
        try (Stream<Path> all = Files.list(data.resolve("ca"))) {
            return all.filter(it -> it.getFileName().toString().startsWith(beginning)).toList();
        }
    }

    @Test
    void anAuthorityThatTheRootSignsInACeremonyElsewhereIsWaitedForAndTakenOver()
            throws IOException {
        Path safe = Files.createDirectories(directory.resolve("safe/root"));
        Files.move(data.resolve("ca/root/key.pem"), safe.resolve("key.pem"));
        Files.copy(data.resolve("ca/root/certificate.pem"), safe.resolve("certificate.pem"));
        String rotation = begin("SITES");
        Awaited.until(
                () -> show(rotation),
                it -> it.at("/waves/0/targets/0/detail").textValue().contains("key ceremony"));

        Path requests = directory.resolve("requests");
        Path certificates = directory.resolve("certificates");
        ceremony("request", "--out", requests.toString());
        assertThat(requests).isDirectoryContaining("glob:**/sites.csr.pem");
        ceremony(
                "sign",
                "--domain",
                "sallyport.internal",
                "--requests",
                requests.toString(),
                "--certificates",
                certificates.toString(),
                "--transcript",
                directory.resolve("transcript").toString(),
                "--attending",
                "Ada Lovelace",
                "--root",
                safe.getParent().toString(),
                "--secret-file",
                data.resolve("ca/password").toString());
        // Nothing is in memory: a process that is started meanwhile waits for the same.
        provisioner.close();
        provisioner = RunningProvisioner.start(data, database, Map.of(), clock);
        ceremony("import", "--certificates", certificates.toString());

        await(rotation, "DONE");
        assertThat(subject("SITES", "CURRENT")).isNotEqualTo(subject("SITES", "RETIRED"));
        assertThat(data.resolve("ca/next/sites")).doesNotExist();
        // And it is there after the next start.
        provisioner.close();
        provisioner = RunningProvisioner.start(data, database, Map.of(), clock);
        assertThat(subject("SITES", "CURRENT")).isNotEqualTo(subject("SITES", "RETIRED"));
    }

    private void ceremony(String... arguments) {
        var said = new ByteArrayOutputStream();
        var out = new PrintStream(said, true, StandardCharsets.UTF_8);
        var command =
                new CeremonyCommand(Map.of("SALLYPORT_DATA", data.toString()), clock, out, out);
        assertThat(command.run(List.of(arguments)))
                .as(said.toString(StandardCharsets.UTF_8))
                .isZero();
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

    private String begin(String purpose) {
        var answer =
                provisioner.post(
                        "/v1/rotations",
                        operator,
                        "{\"kind\": \"ISSUING_CA\", \"purpose\": \"%s\"}".formatted(purpose));
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        return answer.json().get("id").textValue();
    }

    private String subject(String purpose, String state) {
        for (JsonNode each :
                provisioner.get("/v1/authorities", operator).json().get("authorities")) {
            if (each.get("purpose").textValue().equals(purpose)
                    && each.get("state").textValue().equals(state)) {
                return each.get("subject").textValue();
            }
        }
        throw new AssertionError("no %s authority for %s".formatted(state, purpose));
    }

    private JsonNode show(String rotation) {
        return provisioner.get("/v1/rotations/" + rotation, operator).json();
    }

    private void await(String rotation, String state) {
        Awaited.until(() -> show(rotation), it -> it.get("state").textValue().equals(state));
    }
}
