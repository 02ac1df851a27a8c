package io.sallyport.node.renewal;

import static io.sallyport.node.FakeProvisioner.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsExchange;

import io.sallyport.node.FakeProvisioner;
import io.sallyport.node.TestClock;
import io.sallyport.node.TestPki;
import io.sallyport.node.enrolment.Enroller;
import io.sallyport.node.enrolment.Member;
import io.sallyport.node.enrolment.Membership;
import io.sallyport.node.enrolment.Memberships;
import io.sallyport.node.provisioner.Backoff;
import io.sallyport.node.provisioner.ProvisionerConnection;
import io.sallyport.node.provisioner.ProvisionerTls;
import io.sallyport.node.storage.KeySeal;
import io.sallyport.node.storage.StateDirectory;
import io.sallyport.wire.Enrolment;
import io.sallyport.wire.KeyOrder;
import io.sallyport.wire.KeyOrder.Verdict;
import io.sallyport.wire.WireJson;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

@Timeout(60)
class RenewerTest {
    private static final UUID NODE = UUID.fromString("11111111-2222-3333-4444-555555555555");
    private static final UUID ORDER = UUID.fromString("11111111-2222-3333-4444-666666666666");

    /** Test certificates live from 2020 to 2099. */
    private static final Instant OLD = Instant.parse("2080-01-01T00:00:00Z");

    /** Where the process is killed, or the other end fails. */
    enum Broken {
        ANSWER_LOST,
        CLIENT_CERTIFICATE_REFUSED,
        KEYS_DO_NOT_WORK,
        CANNOT_BE_USED,
        CANNOT_BE_TOLD
    }

    @TempDir Path directory;
    private final TestClock clock = new TestClock();
    private final Membership<Enrolment.Answer> membership = new AsConcentrator();
    private final List<String> asked = new ArrayList<>();
    private final List<X509Certificate> inForce = new ArrayList<>();
    private final List<Member<Enrolment.Answer>> used = new ArrayList<>();
    private int processes;
    private Optional<Broken> broken = Optional.empty();
    private Optional<KeyOrder> order = Optional.empty();
    private FakeProvisioner provisioner;
    private StateDirectory state;
    private ProvisionerConnection connection;
    private Memberships<Enrolment.Answer> memberships;
    private Renewer<Enrolment.Answer> renewer;

    @BeforeEach
    void start() throws IOException {
        Path secret = Files.writeString(directory.resolve("secret"), "s3cret");
        state = StateDirectory.open(directory.resolve("state"));
        try (FakeProvisioner api = new FakeProvisioner(false)) {
            provisioner = new FakeProvisioner(true);
            api.on(
                    "/v1/enrolments",
                    exchange -> answer(exchange, 200, WireJson.encode(certificates(exchange))));
            try (ProvisionerConnection anonymous = api.connection()) {
                new Enroller<>(
                                membership,
                                state,
                                KeySeal.at(directory.resolve("key/node.key")),
                                api.url(""),
                                secret,
                                new Backoff(
                                        Duration.ofMillis(1), Duration.ofMillis(5), new Random(1)),
                                new Random(1))
                        .enrol(anonymous);
            }
        }
        provisioner.on("/internal/v1/concentrators/" + NODE + "/renewals", this::renewals);
        begin();
    }

    /** A new process: it knows what is on disk. */
    private void begin() throws IOException {
        memberships =
                new Enroller<>(
                                membership,
                                state,
                                KeySeal.at(directory.resolve("key/node.key")),
                                URI.create("https://localhost:1"),
                                directory.resolve("none"),
                                new Backoff(
                                        Duration.ofMillis(1), Duration.ofMillis(5), new Random(1)),
                                new Random(++processes))
                        .enrol(null);
        Member<Enrolment.Answer> current = memberships.current();
        connection =
                new ProvisionerConnection(
                        ProvisionerTls.mutual(
                                provisioner.rootPem(),
                                current.keys().getFirst(),
                                current.answer().clientChainPem()));
        renewer =
                new Renewer<>(
                        memberships,
                        provisioner::rootPem,
                        List.of(connection),
                        () -> order,
                        new Keys(),
                        clock,
                        new Backoff(Duration.ofMillis(1), Duration.ofMillis(5), new Random(1)));
    }

    @AfterEach
    void stop() throws IOException {
        connection.close();
        provisioner.close();
        state.close();
    }

    @Test
    void youngKeysAreLeftAlone() throws IOException {
        renewer.look();
        assertThat(asked).isEmpty();
        assertThat(renewer.problem()).isEmpty();
    }

    @Test
    void theMomentIsDrawnOnceForEachCertificate() throws IOException {
        Instant drawn = memberships.renewAt();
        for (int process = 0; process < 5; process++) {
            connection.close();
            begin();
            assertThat(memberships.renewAt()).isEqualTo(drawn);
        }
        clock.step(Duration.between(clock.instant(), drawn.minusMillis(1)));
        renewer.look();
        assertThat(asked).isEmpty();
        clock.step(Duration.ofMillis(1));
        renewer.look();
        assertThat(asked).hasSize(1);
        assertThat(memberships.renewAt()).as("for the next certificate").isNotEqualTo(drawn);
    }

    @Test
    void oldKeysAreRenewedToldAndTheFormerDestroyed() throws IOException {
        Member<Enrolment.Answer> before = memberships.current();
        clock.step(Duration.between(clock.instant(), OLD));
        renewer.look();
        assertThat(asked).containsExactly("");
        assertThat(memberships.current().keys()).doesNotContainAnyElementsOf(before.keys());
        assertThat(used).containsExactly(memberships.current());
        assertThat(inForce).containsExactly(client(memberships.current()));
        assertThat(memberships.former()).isEmpty();
        assertThat(Files.readString(directory.resolve("state/membership.json")))
                .doesNotContain(
                        Base64.getEncoder()
                                .encodeToString(before.keys().getFirst().getEncoded())
                                .substring(64, 88));
    }

    @Test
    void noKeyIsEverInClearInTheStateDirectory() throws IOException {
        order = Optional.of(new KeyOrder(ORDER, Verdict.TRY));
        renewer.look();
        List<PrivateKey> keys = new ArrayList<>(memberships.current().keys());
        keys.addAll(memberships.former().orElseThrow().keys());
        assertThat(keys).hasSize(4);
        String stored = membershipFile();
        assertThat(stored).contains("SEALED PRIVATE KEY").doesNotContain("BEGIN PRIVATE KEY");
        for (PrivateKey key : keys) {
            assertThat(stored)
                    .doesNotContain(
                            Base64.getEncoder().encodeToString(key.getEncoded()).substring(64, 88));
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keyFile())))
                .isEqualTo("rw-------");
    }

    @Test
    void whatAnEarlierVersionLeftInClearIsOpenedAndSealed() throws IOException {
        Member<Enrolment.Answer> before = memberships.current();
        String clear = membershipFile();
        for (PrivateKey key : before.keys()) {
            clear =
                    clear.replaceFirst(
                            "-----BEGIN SEALED PRIVATE KEY-----[^-]*-----END SEALED PRIVATE"
                                    + " KEY-----",
                            "-----BEGIN PRIVATE KEY-----\\\\n"
                                    + Base64.getEncoder().encodeToString(key.getEncoded())
                                    + "\\\\n-----END PRIVATE KEY-----");
        }
        assertThat(clear).doesNotContain("SEALED");
        state.store("membership.json", clear.getBytes(StandardCharsets.UTF_8));
        Files.delete(keyFile()); // there was none, either
        connection.close();

        begin();
        assertThat(memberships.current()).isEqualTo(before);
        assertThat(membershipFile()).contains("SEALED").doesNotContain("BEGIN PRIVATE KEY");
    }

    @Test
    void anotherKeyOpensNothingIsNamedAndNothingIsLost() throws IOException {
        Member<Enrolment.Answer> before = memberships.current();
        String stored = membershipFile();
        String right = Files.readString(keyFile());
        for (String wrong : List.of("0".repeat(64), "no key", "")) {
            Files.writeString(keyFile(), wrong);
            assertThatThrownBy(this::begin)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(keyFile().toString())
                    // The directory's own name is random digits.
                    .satisfies(
                            failure ->
                                    assertThat(
                                                    failure.getMessage()
                                                            .replace(keyFile().toString(), ""))
                                            .doesNotContain("0000"));
        }
        Files.delete(keyFile());
        assertThatThrownBy(this::begin)
                .isInstanceOf(IOException.class)
                .hasMessageContaining(keyFile() + " is missing");
        assertThat(membershipFile()).isEqualTo(stored);
        assertThat(keyFile()).doesNotExist();

        Files.writeString(keyFile(), right);
        connection.close();
        begin();
        assertThat(memberships.current()).isEqualTo(before);
    }

    @Test
    void aRenewalThatIsLateIsSaid() {
        clock.step(Duration.between(clock.instant(), Instant.parse("2090-01-01T00:00:00Z")));
        assertThat(renewer.problem()).hasValueSatisfying(it -> assertThat(it).contains("late"));
    }

    @Test
    void anOrderOnTrialKeepsTheFormerUntilItsVerdict() throws IOException {
        Member<Enrolment.Answer> before = memberships.current();
        order = Optional.of(new KeyOrder(ORDER, Verdict.TRY));
        renewer.look();
        renewer.look();
        assertThat(asked).containsExactly("order=" + ORDER);
        assertThat(memberships.former()).contains(before);

        order = Optional.of(new KeyOrder(ORDER, Verdict.KEEP));
        renewer.look();
        assertThat(memberships.former()).isEmpty();
        assertThat(asked).hasSize(1);
    }

    @Test
    void aReturnUsesTheFormerKeysAgainAndSaysSo() throws IOException {
        Member<Enrolment.Answer> before = memberships.current();
        order = Optional.of(new KeyOrder(ORDER, Verdict.TRY));
        renewer.look();
        order = Optional.of(new KeyOrder(ORDER, Verdict.RETURN));
        renewer.look();
        renewer.look();
        assertThat(memberships.current()).isEqualTo(before);
        assertThat(memberships.former()).isEmpty();
        assertThat(inForce.getLast()).isEqualTo(client(before));
        assertThat(used.getLast()).isEqualTo(before);
        assertThat(asked).hasSize(1);
    }

    @Test
    void aReturnBeforeTheChangeDropsWhatWasMade() throws IOException {
        Member<Enrolment.Answer> before = memberships.current();
        order = Optional.of(new KeyOrder(ORDER, Verdict.TRY));
        broken = Optional.of(Broken.KEYS_DO_NOT_WORK);
        assertThatThrownBy(renewer::look).isInstanceOf(IOException.class);
        order = Optional.of(new KeyOrder(ORDER, Verdict.RETURN));
        renewer.look();
        assertThat(memberships.current()).isEqualTo(before);
        assertThat(memberships.isUnderWay()).isFalse();
        assertThat(used).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Broken.class)
    void aProcessThatIsKilledAtAnyStepHasWorkingKeysAndFinishesLater(Broken where)
            throws IOException {
        Member<Enrolment.Answer> before = memberships.current();
        clock.step(Duration.between(clock.instant(), OLD));
        broken = Optional.of(where);
        assertThatThrownBy(renewer::look).isInstanceOf(IOException.class);
        assertThat(memberships.current().keys()).isNotEmpty();
        connection.close();

        begin();
        boolean changed = where == Broken.CANNOT_BE_USED || where == Broken.CANNOT_BE_TOLD;
        assertThat(memberships.current().equals(before)).isEqualTo(!changed);
        broken = Optional.empty();
        renewer.look();
        assertThat(memberships.current()).isNotEqualTo(before);
        assertThat(memberships.former()).isEmpty();
        assertThat(inForce.getLast()).isEqualTo(client(memberships.current()));
        // The same requests were sent again: no certificate was asked for in vain.
        assertThat(asked.stream().distinct()).hasSize(1);
    }

    private Path keyFile() {
        return directory.resolve("key/node.key");
    }

    private String membershipFile() throws IOException {
        return Files.readString(directory.resolve("state/membership.json"));
    }

    private void renewals(HttpExchange exchange) throws IOException {
        String resource = exchange.getRequestURI().getPath();
        if (resource.endsWith("/in-force")) {
            boolean fails = broken.equals(Optional.of(Broken.CANNOT_BE_TOLD));
            if (!fails) {
                inForce.add(shown(exchange));
            }
            answer(exchange, fails ? 503 : 204, new byte[0]);
        } else if (exchange.getRequestMethod().equals("GET")) {
            boolean fails = broken.equals(Optional.of(Broken.CLIENT_CERTIFICATE_REFUSED));
            answer(exchange, fails ? 403 : 204, new byte[0]);
        } else {
            asked.add(Optional.ofNullable(exchange.getRequestURI().getQuery()).orElse(""));
            Enrolment.Answer certificates = certificates(exchange);
            boolean fails = broken.equals(Optional.of(Broken.ANSWER_LOST));
            answer(exchange, fails ? 503 : 200, WireJson.encode(certificates));
        }
    }

    private Enrolment.Answer certificates(HttpExchange exchange) throws IOException {
        Enrolment.Request request =
                WireJson.decode(exchange.getRequestBody().readAllBytes(), Enrolment.Request.class);
        return new Enrolment.Answer(
                NODE,
                provisioner.url(""),
                TestPki.pem(provisioner.pki().answer(request.clientRequestPem())),
                TestPki.pem(provisioner.pki().answer(request.ikeRequestPem())));
    }

    private static X509Certificate shown(HttpExchange exchange) throws IOException {
        return (X509Certificate)
                ((HttpsExchange) exchange).getSSLSession().getPeerCertificates()[0];
    }

    private static X509Certificate client(Member<Enrolment.Answer> member) {
        try {
            return ProvisionerTls.certificates(member.answer().clientChainPem()).getFirst();
        } catch (java.security.cert.CertificateException e) {
            throw new AssertionError(e);
        }
    }

    private final class Keys implements KeyUser<Enrolment.Answer> {
        @Override
        public void prove(Member<Enrolment.Answer> next) throws IOException {
            if (broken.equals(Optional.of(Broken.KEYS_DO_NOT_WORK))) {
                throw new IOException("charon refuses");
            }
        }

        @Override
        public void use(Member<Enrolment.Answer> member) throws IOException {
            if (broken.equals(Optional.of(Broken.CANNOT_BE_USED))) {
                throw new IOException("killed");
            }
            used.add(member);
        }

        @Override
        public Optional<Instant> inForce() {
            return Optional.of(clock.instant());
        }
    }

    private static final class AsConcentrator implements Membership<Enrolment.Answer> {
        @Override
        public List<String> keys() {
            return List.of("client", "ike");
        }

        @Override
        public String path() {
            return "/v1/enrolments";
        }

        @Override
        public URI resource(Enrolment.Answer answer, String name) {
            return answer.internalUrl().resolve("/internal/v1/concentrators/" + NODE + "/" + name);
        }

        @Override
        public Record request(List<String> requestsPem) {
            return new Enrolment.Request(requestsPem.getFirst(), requestsPem.getLast());
        }

        @Override
        public Class<Enrolment.Answer> answer() {
            return Enrolment.Answer.class;
        }

        @Override
        public List<String> certificatesPem(Enrolment.Answer answer) {
            return List.of(answer.clientChainPem(), answer.ikeCertificatePem());
        }
    }
}
