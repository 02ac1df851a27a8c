package io.sallyport.provisioner.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.pki.key.GeneratedKey;
import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.SharedPostgres;
import io.sallyport.provisioner.TestClock;
import io.sallyport.provisioner.access.BearerSecret;
import io.sallyport.provisioner.authority.CeremonyCommand;
import io.sallyport.provisioner.authority.SiteCertificates;
import io.sallyport.provisioner.concentrator.FakeConcentrator;
import io.sallyport.provisioner.order.Awaited;
import io.sallyport.provisioner.order.OrderClient;
import io.sallyport.provisioner.order.Rows;
import io.sallyport.wire.DesiredState.DesiredTunnel;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * What tests of rotations begin with: a provisioner, a concentrator, and branches whose tunnels are
 * up. The test plays the nodes and the branches, by what is here.
 */
abstract class LiveTunnels {
    @TempDir Path directory;
    final TestClock clock = new TestClock();
    final List<UUID> tunnels = new ArrayList<>();
    Path data;
    RunningProvisioner provisioner;
    FakeConcentrator concentrator;
    String operator;

    private final Map<String, String> database = SharedPostgres.newDatabase();
    private final int ordered;
    private final int live;

    /** With two tunnels. */
    LiveTunnels() {
        this(2, 2);
    }

    /** With so many tunnels, of which the first few are up. */
    LiveTunnels(int ordered, int live) {
        this.ordered = ordered;
        this.live = live;
    }

    @BeforeEach
    void bringUp() throws IOException {
        data = directory.resolve("data");
        provisioner = RunningProvisioner.start(data, database, Map.of(), clock);
        operator = provisioner.operatorToken(); // handed out at the first start only
        concentrator = FakeConcentrator.register(provisioner);
        OrderClient customer = new OrderClient(provisioner);
        for (int i = 1; i <= ordered; i++) {
            JsonNode order = customer.order("branch" + i, "10.1.%d.0/24".formatted(i));
            customer.awaitState(order, "CONFIGURED");
            tunnels.add(OrderClient.tunnelOf(order));
            clock.advance(Duration.ofSeconds(1));
        }
        concentrator.apply();
        tunnels.subList(0, live).forEach(concentrator::dialIn);
    }

    @AfterEach
    void stop() throws IOException {
        provisioner.close();
    }

    /** Another process goes on with the same data and database. */
    void restart() throws IOException {
        provisioner.close();
        provisioner = RunningProvisioner.start(data, database, Map.of(), clock);
        concentrator.follow(provisioner);
    }

    /** The request to roll an authority over. */
    static String authority(String purpose) {
        return "{\"kind\": \"ISSUING_CA\", \"purpose\": \"%s\"}".formatted(purpose);
    }

    RunningProvisioner.Answer post(String body) {
        return provisioner.post("/v1/rotations", operator, body);
    }

    UUID begin(String body) {
        var answer = post(body);
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        return UUID.fromString(answer.json().get("id").textValue());
    }

    RunningProvisioner.Answer abort(UUID id) {
        return provisioner.post("/v1/rotations/%s/abort".formatted(id), operator, "");
    }

    /** What its holder can work out, and nobody else can do anything with. */
    String operatorAsRecorded() {
        return "operator, token " + BearerSecret.of(operator).orElseThrow().hash().substring(0, 12);
    }

    JsonNode show(UUID id) {
        return provisioner.get("/v1/rotations/" + id, operator).json();
    }

    JsonNode await(UUID id, String state) {
        return Awaited.until(() -> show(id), it -> it.get("state").textValue().equals(state));
    }

    void awaitWave(UUID id, int number) {
        Awaited.until(
                () -> show(id), it -> !it.at("/waves/%d/startedAt".formatted(number - 1)).isNull());
    }

    /** Until this is said of the first target of a wave. */
    void awaitDetail(UUID id, int wave, String part) {
        Awaited.until(
                () -> show(id),
                it ->
                        it.at("/waves/%d/targets/0/detail".formatted(wave - 1))
                                .textValue()
                                .contains(part));
    }

    /** Until the concentrator is told of new keys for this rotation; it makes them. */
    void newKeys(UUID rotation) {
        Awaited.until(
                concentrator::desired,
                it -> it.keys().filter(order -> order.id().equals(rotation)).isPresent());
        concentrator.followKeys();
    }

    /** The concentrator returns to its former keys as soon as it is told. */
    JsonNode awaitReturn(UUID id, String state) {
        return Awaited.until(
                () -> {
                    concentrator.followKeys();
                    return show(id);
                },
                it -> it.get("state").textValue().equals(state));
    }

    /** Tunnels that are to be authenticated anew. */
    List<UUID> wanted() {
        return concentrator.desired().tunnels().stream()
                .filter(tunnel -> tunnel.authenticatedAfter().isPresent())
                .map(DesiredTunnel::id)
                .toList();
    }

    List<UUID> awaitWanted(int count) {
        return Awaited.until(this::wanted, it -> it.size() == count);
    }

    /** It authenticates, and the concentrator watches long enough for probes. */
    void authenticate(UUID tunnel, long lost) {
        clock.advance(Duration.ofSeconds(1));
        concentrator.authenticate(tunnel, lost);
        clock.advance(Duration.ofSeconds(4));
        concentrator.report();
    }

    /** How many branches are asked to renew. */
    int wishes() {
        return rows().count("tunnel_renewal_wish");
    }

    /** Whether this one is. */
    boolean isWished(UUID tunnel) {
        return rows().count("tunnel_renewal_wish WHERE tunnel = '%s'".formatted(tunnel)) == 1;
    }

    /** The branch gets a certificate, as if it had asked over EST; its SA stays as it is. */
    void renew(UUID tunnel) {
        DesiredTunnel desired =
                concentrator.desired().tunnels().stream()
                        .filter(it -> it.id().equals(tunnel))
                        .findFirst()
                        .orElseThrow();
        UUID certificate =
                provisioner
                        .bean(SiteCertificates.class)
                        .issueBranch(
                                desired.remoteIdentity(), GeneratedKey.p256(new SecureRandom()))
                        .id();
        rows().change("UPDATE tunnel SET certificate = ? WHERE id = ?", certificate, tunnel);
        rows().change("DELETE FROM tunnel_renewal_wish WHERE tunnel = ?", tunnel);
    }

    /** The branch tells that it trusts the next root, as its script does. */
    void trustsNextRoot(UUID tunnel) {
        rows().change(
                        """
                        INSERT INTO branch_trust (tunnel, fingerprints) VALUES (?, ARRAY[?]::text[])
                        ON CONFLICT (tunnel) DO UPDATE SET fingerprints = excluded.fingerprints
                        """,
                        tunnel,
                        authorities("ROOT", "NEXT").getFirst().get("sha256").textValue());
    }

    Rows rows() {
        return new Rows(provisioner);
    }

    /** States of the authorities for a purpose, the present one first. */
    List<String> states(String purpose) {
        return authorities(purpose, ".*").stream().map(it -> it.get("state").textValue()).toList();
    }

    /** Those for a purpose, and in a state, that match. */
    List<JsonNode> authorities(String purpose, String state) {
        List<JsonNode> found = new ArrayList<>();
        provisioner
                .get("/v1/authorities", operator)
                .json()
                .get("authorities")
                .forEach(
                        each -> {
                            if (Pattern.matches(purpose, each.get("purpose").textValue())
                                    && Pattern.matches(state, each.get("state").textValue())) {
                                found.add(each);
                            }
                        });
        return found;
    }

    /** Brings the root's key into a safe of its own. @return the safe */
    Path lockRootAway() throws IOException {
        Path safe = Files.createDirectories(directory.resolve("safe/root"));
        Files.move(data.resolve("ca/root/key.pem"), safe.resolve("key.pem"));
        Files.copy(data.resolve("ca/root/certificate.pem"), safe.resolve("certificate.pem"));
        return safe.getParent();
    }

    /** What happens while the medium is away. */
    interface Meanwhile {
        void happens() throws IOException;
    }

    /** The root in this safe signs all requests that wait, and they are imported. */
    void holdCeremony(Path safe, Meanwhile meanwhile) throws IOException {
        Path requests = directory.resolve("requests");
        Path certificates = directory.resolve("certificates");
        assertThat(ceremony("request", "--out", requests.toString())).isZero();
        assertThat(
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
                                safe.toString(),
                                "--secret-file",
                                data.resolve("ca/password").toString()))
                .isZero();
        meanwhile.happens();
        assertThat(ceremony("import", "--certificates", certificates.toString())).isZero();
    }

    /** Types a command of the ceremony. @return its exit code */
    int ceremony(String... arguments) {
        var said = new ByteArrayOutputStream();
        var out = new PrintStream(said, true, StandardCharsets.UTF_8);
        return new CeremonyCommand(Map.of("SALLYPORT_DATA", data.toString()), clock, out, out)
                .run(List.of(arguments));
    }
}
