package io.sallyport.provisioner.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.JsonNode;

import io.sallyport.pki.key.EncryptedSecret;
import io.sallyport.pki.key.Passphrase;
import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.SharedPostgres;
import io.sallyport.provisioner.concentrator.FakeConcentrator;
import io.sallyport.provisioner.order.OrderClient;
import io.sallyport.provisioner.seal.SealKeys.Use;
import io.sallyport.provisioner.teleworker.CustomerClient;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;

class SealKeysTest {
    private static final Passphrase PASSPHRASE = Passphrase.of("of the issuing ones".toCharArray());
    private static final byte[] CONTEXT = "what it is for".getBytes(US_ASCII);
    private static final byte[] SECRET = "a secret".getBytes(US_ASCII);

    private final SecureRandom random = new SecureRandom();

    @TempDir private Path data;

    @AfterAll
    static void forget() {
        PASSPHRASE.close();
    }

    @ParameterizedTest
    @EnumSource
    void isMadeEncryptedAndOpensWhatItSealedAtTheNextStart(Use use) throws Exception {
        byte[] sealed = open().seal(use, false).seal(CONTEXT, SECRET);
        Path file = data.resolve(use.file());
        byte[] key = EncryptedSecret.decrypt(Files.readString(file), PASSPHRASE);
        assertThat(key).hasSize(32);
        assertThat(Files.readString(file)).doesNotContain(HexFormat.of().formatHex(key));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(open().seal(use, true).open(CONTEXT, sealed)).hasValue(SECRET);
    }

    @Test
    void aFileIsWrittenWhenItIsUsedAndHasAKeyOfItsOwn() throws IOException {
        SealKeys keys = open();
        assertThat(data).isEmptyDirectory();
        byte[] sealed = keys.seal(Use.BRANCH_KEYS, false).seal(CONTEXT, SECRET);
        assertThat(data.resolve("teleworker.seal")).doesNotExist();
        assertThat(keys.seal(Use.TELEWORKERS, false).open(CONTEXT, sealed)).isEmpty();
    }

    /** A kill leaves the file as it was, and beside it a part of what was to replace it. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatAnEarlierVersionLeftInClearIsEncryptedAlsoAfterAKill(boolean killed)
            throws IOException {
        byte[] key = new byte[32];
        random.nextBytes(key);
        String clear = HexFormat.of().formatHex(key);
        Path file = Files.writeString(data.resolve("branch-key.seal"), clear);
        byte[] sealed = open().seal(Use.BRANCH_KEYS, true).seal(CONTEXT, SECRET);
        if (killed) {
            Files.writeString(file, clear + "\n");
            Files.writeString(data.resolve(".branch-key.seal.partial"), "-----BEGIN SALL");
        }
        assertThat(open().seal(Use.BRANCH_KEYS, true).open(CONTEXT, sealed)).hasValue(SECRET);
        assertThat(EncryptedSecret.isIn(Files.readString(file))).isTrue();
        try (var files = Files.list(data)) {
            for (Path each : files.toList()) {
                assertThat(Files.readString(each)).doesNotContain(clear);
            }
        }
    }

    @Test
    void anotherPasswordOpensNothingAndNothingIsReplaced() throws IOException {
        open().seal(Use.BRANCH_KEYS, false);
        String before = Files.readString(data.resolve("branch-key.seal"));
        try (Passphrase other = Passphrase.of("another".toCharArray())) {
            assertThatThrownBy(() -> SealKeys.open(data, other, random))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("does not open")
                    .hasMessageContaining("branch-key.seal");
        }
        assertThat(data.resolve("branch-key.seal")).hasContent(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "abc",
                "00",
                """
                -----BEGIN SALLYPORT ENCRYPTED SECRET-----
                AAAA
                -----END SALLYPORT ENCRYPTED SECRET-----
                """,
                "-----BEGIN SALLYPORT ENCRYPTED SECRET-----\nAAAA"
            })
    void damagedFileIsAnErrorAndNotReplaced(String text) throws IOException {
        Path file = Files.writeString(data.resolve("teleworker.seal"), text);
        assertThatThrownBy(this::open)
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString());
        assertThat(Files.readString(file)).isEqualTo(text);
    }

    /** As it is after an upgrade: what waits in the database is what it was. */
    @Test
    void aProvisionerEncryptsTheFilesOfAnEarlierVersionAndOpensWhatWasSealed(@TempDir Path own)
            throws Exception {
        Path directory = own.resolve("data");
        Map<String, String> database = SharedPostgres.newDatabase();
        String token;
        UUID tunnel;
        try (var first = RunningProvisioner.start(directory, database)) {
            token = first.customerToken();
            FakeConcentrator concentrator = FakeConcentrator.register(first);
            OrderClient customer = new OrderClient(first);
            JsonNode order = customer.order("branch", "10.1.1.0/24");
            customer.awaitState(order, "CONFIGURED");
            tunnel = OrderClient.tunnelOf(order);
            concentrator.apply();
            var teleworkers = new CustomerClient(first);
            teleworkers.teleworker(
                    teleworkers.group("\"PASSWORD\", \"TOTP\""),
                    ", \"totp\": true, \"generatePassword\": true");
        }
        try (Passphrase password =
                Passphrase.of(
                        Files.readString(directory.resolve("ca/password")).strip().toCharArray())) {
            for (Use use : Use.values()) {
                Path file = directory.resolve(use.file());
                byte[] key = EncryptedSecret.decrypt(Files.readString(file), password);
                Files.writeString(file, HexFormat.of().formatHex(key));
            }
        }
        try (var upgraded = RunningProvisioner.start(directory, database)) {
            for (Use use : Use.values()) {
                assertThat(EncryptedSecret.isIn(Files.readString(directory.resolve(use.file()))))
                        .isTrue();
            }
            JsonNode configuration =
                    new OrderClient(upgraded, token)
                            .get("/v1/tunnels/%s/device-configuration?early=true".formatted(tunnel))
                            .json();
            assertThat(configuration.at("/pkcs12/password").textValue()).isNotEmpty();
        }
    }

    private SealKeys open() throws IOException {
        return SealKeys.open(data, PASSPHRASE, random);
    }
}
