package io.sallyport.provisioner.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.pki.pem.Pem;
import io.sallyport.provisioner.Provisioner;
import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.SharedPostgres;
import io.sallyport.provisioner.TestClock;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Follows docs/operations/key-ceremony.md word for word. */
class KeyCeremonyTest {
    private static final Pattern BLOCK =
            Pattern.compile("^```sh ?(\\w*)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

    @TempDir private Path directory;

    private final Map<String, String> environment = new HashMap<>();
    private Path data;
    private Path medium;

    /**
     * A block of the page.
     *
     * @param kind when it is run; empty for always
     */
    private record Block(String kind, String commands) {}

    @BeforeEach
    void prepare() throws IOException {
        data = directory.resolve("data");
        medium = Files.createDirectory(directory.resolve("medium"));
        Path safe = Files.createDirectory(directory.resolve("safe"));
        Path secret = Files.writeString(directory.resolve("secret"), "1234-5678\n");
        Path password = Files.writeString(directory.resolve("password"), "of the issuing ones\n");
        environment.putAll(
                Map.of(
                        "PROVISIONER",
                        "%s -cp %s %s"
                                .formatted(
                                        Path.of(System.getProperty("java.home"), "bin", "java"),
                                        System.getProperty("java.class.path"),
                                        Provisioner.class.getName()),
                        "SALLYPORT_DATA",
                        data.toString(),
                        "SALLYPORT_DOMAIN",
                        "branches.example.net",
                        "SALLYPORT_CA_PASSWORD_FILE",
                        password.toString(),
                        "MEDIUM",
                        medium.toString(),
                        "SAFE",
                        safe.toString(),
                        "SECRET",
                        secret.toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"file", "token"})
    void provisionerStartsFromWhatThePageMakes(String kind) throws Exception {
        if (kind.equals("token")) {
            initialiseToken();
        }
        for (Block block : page()) {
            if (block.kind().isEmpty() || block.kind().equals(kind)) {
                run(block.commands());
            }
        }
        Map<String, String> database = SharedPostgres.newDatabase();
        try (RunningProvisioner first = start(database)) {
            for (Block block : page()) {
                if (block.kind().equals("started")) {
                    run(block.commands());
                }
            }
            assertThat(first.get("/metrics", first.operatorToken()).body())
                    .contains("sallyport_root_revocation_list_next_update_timestamp_seconds ");
        }
        if (kind.equals("token")) {
            assertThat(Files.exists(directory.resolve("safe/root"))).isFalse();
        }
        // From then on it is a provisioner like any other.
        try (RunningProvisioner again = start(database)) {
            assertThat(again.bean(RootRevocationList.class).newest().orElseThrow().number())
                    .isOne();
            if (kind.equals("file")) {
                revokeAsThePageSays(again);
            }
            X509CRL served = servedRootsCrl();
            served.verify(
                    Pem.certificates(Files.readString(again.rootFile())).getFirst().getPublicKey());
            assertThat(served.getNextUpdate()).isInTheFuture();
            assertThat(served.getRevokedCertificates() != null).isEqualTo(kind.equals("file"));
            assertThat(again.bean(KnownAuthorities.class).all())
                    .extracting(KnownAuthorities.Known::purpose)
                    .containsExactly("root", "sites", "internal", "gateways", "teleworkers");
        }
        Path certificates = medium.resolve("certificates");
        run(
                "certtool --verify-chain --infile <(cat %1$s/sites.pem %1$s/root.pem)"
                        .formatted(certificates));
        run("pki --verify --in %1$s/sites.pem --cacert %1$s/root.pem".formatted(certificates));
    }

    /** As whoever has no TLS to us fetches it. */
    private X509CRL servedRootsCrl() throws Exception {
        String url =
                Files.readString(data.resolve("listening.json"))
                        .replaceAll("(?s).*\"revocationUrl\": \"([^\"]+)\".*", "$1");
        Path file = directory.resolve("served.crl");
        run("curl -sS -f -o %s %s/crl/root.crl".formatted(file, url));
        try (InputStream served = Files.newInputStream(file)) {
            return (X509CRL) CertificateFactory.getInstance("X.509").generateCRL(served);
        }
    }

    /** While it runs. */
    private void revokeAsThePageSays(RunningProvisioner running) throws Exception {
        assertThat(
                        output(
                                "$PROVISIONER ceremony import --revocation-list"
                                        + " \"$MEDIUM/root-crl-1.pem\"; test $? = 1"))
                .contains("CRL 1 is not newer than CRL 1");
        for (Block block : page()) {
            if (block.kind().equals("revoke")) {
                run(block.commands());
            }
        }
        assertThat(running.bean(RootRevocationList.class).newest().orElseThrow().number())
                .isEqualTo(2);
        run(
                "! openssl verify -crl_check -CRLfile $MEDIUM/root-crl-2.pem -CAfile"
                        + " $MEDIUM/certificates/root.pem $MEDIUM/certificates/teleworkers.pem");
        run(
                "openssl verify -crl_check -CRLfile $MEDIUM/root-crl-2.pem -CAfile"
                        + " $MEDIUM/certificates/root.pem $MEDIUM/certificates/sites.pem");
    }

    @Test
    void withADatabaseOfItsOwnNoRootIsMadeByAStart() throws Exception {
        Map<String, String> database = SharedPostgres.newDatabase();
        for (int start = 0; start < 2; start++) {
            assertThatThrownBy(() -> start(database))
                    .hasStackTraceContaining("hold the key ceremony")
                    .hasStackTraceContaining("ceremony request --out");
        }
        assertThat(data.resolve("ca/root.pem")).doesNotExist();
        assertThat(data.resolve("ca/root")).doesNotExist();
    }

    @Test
    void rootThatATrialMadeGoesOnWithADatabaseOfItsOwn() throws Exception {
        Map<String, String> database = SharedPostgres.newDatabase();
        Path root = data.resolve("ca/root.pem");
        RunningProvisioner.start(data, database, settings(), new TestClock()).close();
        String made = Files.readString(root);
        try (RunningProvisioner production = start(database)) {
            assertThat(production.bean(KnownAuthorities.class).all()).hasSize(5);
        }
        assertThat(root).hasContent(made);
    }

    @Test
    void startIsRefusedWhileTheCertificatesAreNotThere() throws Exception {
        run(page().getFirst().commands());
        assertThatThrownBy(() -> start(SharedPostgres.newDatabase()))
                .hasStackTraceContaining("wait for their certificates");
    }

    @Test
    void importIsRefusedOfAnotherMachinesCertificates() throws Exception {
        List<Block> page = page();
        run(page.getFirst().commands());
        run(
                page.stream()
                        .filter(each -> each.kind().equals("file"))
                        .findFirst()
                        .orElseThrow()
                        .commands());
        environment.put("SALLYPORT_DATA", directory.resolve("other").toString());
        run(page.getFirst().commands().replace("$MEDIUM/requests", "$MEDIUM/others"));
        assertThat(
                        output(
                                "$PROVISIONER ceremony import --certificates"
                                        + " \"$MEDIUM/certificates\"; test $? = 1"))
                .contains("none of the certificates is of its key");
    }

    @Test
    void importIsRefusedOfAnotherDomainsCertificates() throws Exception {
        List<Block> page = page();
        run(page.getFirst().commands());
        environment.put("SALLYPORT_DOMAIN", "other.example.net");
        run(
                page.stream()
                        .filter(each -> each.kind().equals("file"))
                        .findFirst()
                        .orElseThrow()
                        .commands());
        environment.put("SALLYPORT_DOMAIN", "branches.example.net");
        assertThat(
                        output(
                                "$PROVISIONER ceremony import --certificates"
                                        + " \"$MEDIUM/certificates\"; test $? = 1"))
                .contains("made for another domain");
    }

    @Test
    void killedTakeOverIsFinished() throws Exception {
        for (Block block : page()) {
            if (block.kind().isEmpty() || block.kind().equals("file")) {
                run(block.commands());
            }
        }
        Path ca = data.resolve("ca");
        Path kept = directory.resolve("kept");
        run("cp -a %s/pending %s".formatted(ca, kept));
        Map<String, String> database = SharedPostgres.newDatabase();
        start(database).close();
        // As if it had been killed when the last one was recorded and not yet in its place, and
        // the one before it in its place and still among those that wait.
        run(
                """
                rm -r %1$s/teleworkers
                mkdir %1$s/pending
                cp -a %2$s/teleworkers %2$s/gateways %1$s/pending/
                """
                        .formatted(ca, kept));
        try (RunningProvisioner again = start(database)) {
            assertThat(again.bean(KnownAuthorities.class).all()).hasSize(5);
        }
        assertThat(Files.exists(ca.resolve("pending"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sign",
                "forge --out x",
                "request",
                "request --out x --out y",
                "request --out x --more y",
                "request --out",
                "sign --domain a.example --requests r --certificates c --transcript t --attending"
                        + " A",
                "sign --domain a.example --requests r --certificates c --transcript t --attending A"
                        + " --root x --token y --slot 1",
                "sign --domain a.example --requests r --certificates c --transcript t --attending A"
                        + " --token y",
                "sign --domain a.example --requests r --certificates c --transcript t --attending A"
                        + " --token y --slot x",
                "sign --domain a.example --requests r --certificates c --transcript t --attending A"
                        + " --root x --root-key dsa",
                "revocation-list --revocation-list l --transcript t --attending A",
                "revocation-list --revocation-list l --transcript t --attending A --root x --days"
                        + " 367",
                "revocation-list --revocation-list l --transcript t --attending A --root x --revoke"
                        + " c",
                "revocation-list --revocation-list l --transcript t --attending A --root x --revoke"
                        + " c --reason on-hold",
                "import --revocation-list l --certificates c"
            })
    void wrongUsageIsTold(String arguments) throws Exception {
        assertThat(output("$PROVISIONER ceremony %s; test $? = 2".formatted(arguments)))
                .contains("usage: ceremony");
    }

    private RunningProvisioner start(Map<String, String> database) throws IOException {
        return RunningProvisioner.startInProduction(data, database, settings(), new TestClock());
    }

    private Map<String, String> settings() {
        return Map.of(
                "SALLYPORT_REVOCATION_PORT",
                "0",
                "SALLYPORT_DOMAIN",
                environment.get("SALLYPORT_DOMAIN"),
                "SALLYPORT_CA_PASSWORD_FILE",
                environment.get("SALLYPORT_CA_PASSWORD_FILE"));
    }

    private void initialiseToken() throws Exception {
        Path tokens = Files.createDirectory(directory.resolve("tokens"));
        Path settings =
                Files.writeString(
                        directory.resolve("softhsm2.conf"),
                        "directories.tokendir = %s%nobjectstore.backend = file%n"
                                .formatted(tokens));
        environment.put("SOFTHSM2_CONF", settings.toString());
        String said =
                output(
                        "softhsm2-util --init-token --free --label root --so-pin 8765-4321 --pin"
                                + " 1234-5678");
        Matcher slot = Pattern.compile("reassigned to slot (\\d+)").matcher(said);
        assertThat(slot.find()).as(said).isTrue();
        environment.put("SLOT", slot.group(1));
        environment.put(
                "TOKEN",
                Stream.of("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so")
                        .filter(each -> Files.exists(Path.of(each)))
                        .findFirst()
                        .orElseThrow());
    }

    private static List<Block> page() throws IOException {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("docs/operations"))) {
            root = root.getParent();
        }
        Matcher matcher =
                BLOCK.matcher(Files.readString(root.resolve("docs/operations/key-ceremony.md")));
        List<Block> blocks = new ArrayList<>();
        while (matcher.find()) {
            blocks.add(new Block(matcher.group(1), matcher.group(2)));
        }
        assertThat(blocks).hasSize(11);
        return blocks;
    }

    private void run(String commands) throws Exception {
        output(commands);
    }

    /** Runs commands as a shell does that stops at the first that fails. */
    private String output(String commands) throws Exception {
        Path output = Files.createTempFile(directory, "commands", ".out");
        ProcessBuilder builder =
                new ProcessBuilder(
                        "bash",
                        "-uo",
                        "pipefail",
                        "-c",
                        commands.contains("$? =") ? commands : "set -e\n" + commands);
        builder.environment().putAll(environment);
        Process process =
                builder.directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        process.getOutputStream().close();
        if (!process.waitFor(2, TimeUnit.MINUTES)) {
            process.destroyForcibly();
        }
        String said = Files.readString(output);
        assertThat(process.exitValue()).as(commands + "\n" + said).isZero();
        return said;
    }
}
