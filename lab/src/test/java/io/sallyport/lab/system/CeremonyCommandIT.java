package io.sallyport.lab.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.lab.product.CommandLineUser;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * {@code sallyport ca init} as it is built: the command starts the provisioner's jar, and openssl
 * reads what comes of it. It needs no test host.
 */
class CeremonyCommandIT {
    private static final Duration DEADLINE = Duration.ofMinutes(2);
    private static final List<String> AUTHORITIES =
            List.of("sites", "internal", "gateways", "teleworkers");
    private static final String SIGN =
            """
            sallyport ca init sign --domain branches.example.net --requests "$MEDIUM/requests" \\
              --certificates "$MEDIUM/certificates" --transcript "$SAFE/transcript-1.txt" \\
              --attending "Ada Lovelace" --attending "Charles Babbage" \\
              --root "$SAFE" --secret-file "$SECRET"
            """;

    @TempDir private Path directory;
    private CommandLineUser user;
    private Map<String, String> environment;

    @BeforeEach
    void prepare() throws IOException {
        user = CommandLineUser.at(Files.createDirectory(directory.resolve("home")));
        Path password = Files.writeString(directory.resolve("password"), "of the issuing ones\n");
        environment =
                Map.of(
                        "SALLYPORT_DATA", directory.resolve("data").toString(),
                        "SALLYPORT_DOMAIN", "branches.example.net",
                        "SALLYPORT_CA_PASSWORD_FILE", password.toString(),
                        "MEDIUM", Files.createDirectory(directory.resolve("medium")).toString(),
                        "SAFE", Files.createDirectory(directory.resolve("safe")).toString(),
                        "SECRET",
                                Files.writeString(directory.resolve("secret"), "1234-5678\n")
                                        .toString());
    }

    @Test
    void authoritiesAreMadeSignedAndImportedWithPasswordsFromFiles() throws IOException {
        String requested = type("sallyport ca init request --out \"$MEDIUM/requests\"");
        for (String authority : AUTHORITIES) {
            String request =
                    "openssl req -in \"$MEDIUM/requests/%s.csr.pem\" -noout".formatted(authority);
            assertThat(type(request + " -verify 2>&1")).contains("verify OK");
            String key =
                    type(request + " -pubkey | openssl pkey -pubin -outform DER | sha256sum")
                            .substring(0, 64);
            assertThat(requested).as("is compared at the ceremony").contains(key);
        }
        assertThat(type(SIGN)).isNotBlank();
        for (String authority : AUTHORITIES) {
            assertThat(
                            type(
                                    "openssl verify -x509_strict -CAfile"
                                            + " \"$MEDIUM/certificates/root.pem\""
                                            + " \"$MEDIUM/certificates/%s.pem\""
                                                    .formatted(authority)))
                    .endsWith(": OK\n");
        }
        assertThat(
                        type(
                                "openssl x509 -in \"$MEDIUM/certificates/sites.pem\" -noout"
                                        + " -ext nameConstraints,basicConstraints,keyUsage"))
                .contains(
                        "Name Constraints: critical",
                        "DNS:branches.example.net",
                        "CA:TRUE, pathlen:0",
                        "Certificate Sign, CRL Sign");
        assertThat(type("sallyport ca init import --certificates \"$MEDIUM/certificates\""))
                .isNotBlank();
        assertKeysAreEncrypted();
    }

    @Test
    void rootSignsItsRevocationListAndTheNextRoot() throws IOException {
        type("sallyport ca init request --out \"$MEDIUM/requests\"");
        type(SIGN);
        String secretOfTheRoot =
                " --attending \"Ada Lovelace\" --attending \"Charles Babbage\""
                        + " --root \"$SAFE\" --secret-file \"$SECRET\"";

        type(
                "sallyport ca ceremony revocation-list --revocation-list \"$MEDIUM/crl.pem\""
                        + " --transcript \"$SAFE/transcript-2.txt\""
                        + secretOfTheRoot);
        type(
                "sallyport ca ceremony next-root --certificates \"$MEDIUM/next-root\""
                        + " --transcript \"$SAFE/transcript-3.txt\""
                        + secretOfTheRoot
                        + " --next-root \"$SAFE/next\" --next-secret-file \"$SECRET\"");

        assertThat(
                        type(
                                "openssl crl -in \"$MEDIUM/crl.pem\" -noout -crlnumber"
                                        + " -CAfile \"$MEDIUM/certificates/root.pem\" 2>&1"))
                .contains("verify OK", "crlNumber=0x01");
        assertThat(
                        type(
                                "openssl verify -CAfile \"$MEDIUM/certificates/root.pem\""
                                        + " \"$MEDIUM/next-root/new-with-old.pem\""))
                .as("the former root vouches for the next")
                .endsWith(": OK\n");
    }

    /** And nobody else may read them. */
    private void assertKeysAreEncrypted() throws IOException {
        List<Path> keys = keys();
        assertThat(keys).as("the root's, and one for each authority").hasSize(5);
        for (Path key : keys) {
            assertThat(Files.readString(key))
                    .startsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----")
                    .doesNotContain("BEGIN PRIVATE KEY");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                    .isEqualTo("rw-------");
            assertThat(type("openssl asn1parse -in '%s'".formatted(key)))
                    .contains("PBES2", "hmacWithSHA256", "aes-256-gcm");
        }
    }

    private List<Path> keys() throws IOException {
        try (var files = Files.walk(directory)) {
            return files.filter(file -> file.endsWith("key.pem")).toList();
        }
    }

    @Test
    void anotherSecretThanTheRootsIsRefusedAndNothingIsSigned() throws IOException {
        type("sallyport ca init request --out \"$MEDIUM/requests\"");
        type(SIGN);
        type("rm -r \"$MEDIUM/certificates\"; echo 8765-4321 >\"$SECRET\"");
        String refused =
                type(
                        "{ %s } 2>&1 || echo \"status $?\""
                                .formatted(SIGN.replace("transcript-1", "transcript-2")));
        assertThat(refused)
                .contains("the step 'sign' did not succeed", "status 5")
                .doesNotContain("8765-4321");
        assertThat(directory.resolve("medium/certificates/sites.pem")).doesNotExist();
    }

    @Test
    void anEmptyPasswordFileMakesNoKeys() throws IOException {
        Files.writeString(directory.resolve("password"), "\n");
        String refused =
                type(
                        "{ sallyport ca init request --out \"$MEDIUM/requests\"; } 2>&1 || echo"
                                + " \"status $?\"");
        assertThat(refused)
                .contains(directory.resolve("password") + ": expected a password", "status 5");
        assertThat(keys()).isEmpty();
    }

    private String type(String lines) {
        return user.typeIntoShell(DEADLINE, environment, lines);
    }
}
