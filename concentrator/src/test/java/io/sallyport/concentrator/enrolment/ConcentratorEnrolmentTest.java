package io.sallyport.concentrator.enrolment;

import static io.sallyport.concentrator.Desired.CONCENTRATOR;
import static io.sallyport.node.FakeProvisioner.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sallyport.concentrator.KeyMaterial;
import io.sallyport.node.FakeProvisioner;
import io.sallyport.node.TestPki;
import io.sallyport.node.enrolment.EnrolmentRefusedException;
import io.sallyport.node.enrolment.KeyRequest;
import io.sallyport.node.provisioner.Backoff;
import io.sallyport.node.provisioner.ProvisionerConnection;
import io.sallyport.node.provisioner.ProvisionerTls;
import io.sallyport.node.storage.KeySeal;
import io.sallyport.node.storage.StateDirectory;
import io.sallyport.wire.Enrolment;
import io.sallyport.wire.WireJson;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PrivateKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;

@Timeout(30)
class ConcentratorEnrolmentTest {
    private static final String PATH = "/v1/enrolments";

    @TempDir Path directory;
    private final List<byte[]> bodies = new ArrayList<>();
    private final List<Enrolment.Request> requests = new ArrayList<>();
    private final List<String> tokens = new ArrayList<>();
    private FakeProvisioner provisioner;
    private StateDirectory state;
    private KeySeal seal;
    private Path secret;
    private int failures;
    private int status = 201;

    @BeforeEach
    void start() throws IOException {
        secret = Files.writeString(directory.resolve("secret"), "s3cret\n");
        state = StateDirectory.open(directory.resolve("state"));
        seal = KeySeal.at(directory.resolve("node.key"));
        provisioner = new FakeProvisioner(false);
        provisioner.on(
                PATH,
                exchange -> {
                    byte[] body = exchange.getRequestBody().readAllBytes();
                    bodies.add(body);
                    Enrolment.Request request = WireJson.decode(body, Enrolment.Request.class);
                    requests.add(request);
                    tokens.add(exchange.getRequestHeaders().getFirst("Authorization"));
                    if (requests.size() <= failures) {
                        answer(exchange, 503, new byte[0]);
                    } else {
                        answer(exchange, status, WireJson.encode(certificates(request)));
                    }
                });
    }

    @AfterEach
    void stop() throws IOException {
        provisioner.close();
        state.close();
    }

    @Test
    void enrolsOnceAndDeletesTheSecret() throws IOException {
        NodeIdentity first = enrol();
        assertThat(tokens).containsExactly("Bearer s3cret");
        assertThat(secret).doesNotExist();
        assertThat(first.concentrator()).isEqualTo(CONCENTRATOR);
        assertThat(enrol()).isEqualTo(first);
        assertThat(requests).hasSize(1);
        assertThat(first.toString()).doesNotContain("PrivateKey");
    }

    @Test
    void keysAreTheOwnersAlone() throws IOException {
        enrol();
        for (String file : List.of("membership.json")) {
            assertThat(
                            PosixFilePermissions.toString(
                                    Files.getPosixFilePermissions(
                                            directory.resolve("state").resolve(file))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void keysDoNotLeaveTheNode() throws IOException {
        failures = 1;
        NodeIdentity node = enrol();
        assertThat(bodies).hasSize(2);
        for (PrivateKey key : List.of(node.ikeKey(), node.clientKey())) {
            assertThat(bodies).noneMatch(body -> KeyMaterial.isIn(body, key));
            // What would be found, if it were there.
            String pem =
                    Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded());
            assertThat(KeyMaterial.isIn(pem.replace("\n", "\\n").getBytes(UTF_8), key)).isTrue();
        }
    }

    @Test
    void asksAgainWithTheSameRequests() throws IOException {
        failures = 2;
        enrol();
        assertThat(requests).hasSize(3);
        assertThat(requests.stream().distinct()).hasSize(1);
    }

    @Test
    void aNodeThatWasKilledBeforeTheAnswerSendsTheSameRequests() throws IOException {
        KeyRequest client = KeyRequest.storedOrNew(state, seal, "client");
        KeyRequest ike = KeyRequest.storedOrNew(state, seal, "ike");
        enrol();
        assertThat(requests)
                .containsExactly(new Enrolment.Request(client.requestPem(), ike.requestPem()));
    }

    @Test
    void aKeyWithoutItsRequestIsMadeAnew() throws IOException {
        KeyRequest.storedOrNew(state, seal, "client");
        Files.delete(directory.resolve("state/client.csr"));
        enrol();
        assertThat(requests).hasSize(1);
    }

    @Test
    void aNodeThatWasKilledAfterTheAnswerStillDeletesTheSecret() throws IOException {
        enrol();
        Files.writeString(secret, "s3cret");
        enrol();
        assertThat(secret).doesNotExist();
        assertThat(requests).hasSize(1);
    }

    @Test
    void givesUpWhenTheSecretIsRefused() {
        status = 401;
        assertThatThrownBy(this::enrol)
                .isInstanceOf(EnrolmentRefusedException.class)
                .hasMessageNotContaining("s3cret");
        assertThat(secret).exists();
    }

    @Test
    void givesUpWithoutASecret() throws IOException {
        Files.delete(secret);
        assertThatThrownBy(this::enrol).isInstanceOf(EnrolmentRefusedException.class);
        assertThat(requests).isEmpty();
    }

    @Test
    void tellsNobodyElseTheSecret() throws IOException {
        try (FakeProvisioner impostor = new FakeProvisioner(false);
                ProvisionerConnection trusting =
                        new ProvisionerConnection(ProvisionerTls.trusting(provisioner.rootPem()))) {
            impostor.on(PATH, exchange -> tokens.add("leaked"));
            Thread main = Thread.currentThread();
            Thread.ofVirtual().start(main::interrupt);
            assertThatThrownBy(() -> enroller(impostor.url("")).enrol(trusting))
                    .isInstanceOf(IOException.class);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(tokens).isEmpty();
        }
    }

    private NodeIdentity enrol() throws IOException {
        try (ProvisionerConnection connection = provisioner.connection()) {
            return NodeIdentity.of(enroller(provisioner.url("")).enrol(connection).current());
        }
    }

    private ConcentratorEnrolment enroller(URI api) {
        return new ConcentratorEnrolment(
                state,
                seal,
                api,
                secret,
                new Backoff(Duration.ofMillis(1), Duration.ofMillis(5), new Random(1)),
                new Random(1));
    }

    private Enrolment.Answer certificates(Enrolment.Request request) {
        return new Enrolment.Answer(
                CONCENTRATOR,
                URI.create("https://localhost:1"),
                TestPki.pem(provisioner.pki().answer(request.clientRequestPem())),
                TestPki.pem(provisioner.pki().answer(request.ikeRequestPem())));
    }
}
