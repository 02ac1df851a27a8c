package io.sallyport.provisioner.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.pki.key.Passphrase;
import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.SharedPostgres;
import io.sallyport.provisioner.TestClock;
import io.sallyport.provisioner.configuration.CaPassword;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Every place where the password of the authorities can be; the token is SoftHSM. */
class AuthorityPasswordTest {
    private static final int TOKENS = 6;
    private static final Queue<Long> FRESH_SLOTS = new ArrayDeque<>();

    @TempDir private Path directory;

    private final SecureRandom random = new SecureRandom();
    private Path authorities;
    private Path pin;

    /** Where the library looks is in the environment of this process, which the build sets. */
    @BeforeAll
    static void initialiseTokens() throws Exception {
        Path configuration = Path.of(System.getenv("SOFTHSM2_CONF"));
        Path tokens = Files.createDirectories(configuration.resolveSibling("tokens"));
        Files.writeString(configuration, "directories.tokendir = %s%n".formatted(tokens));
        // All before the library is loaded: it looks for tokens once.
        for (int i = 0; i < TOKENS; i++) {
            FRESH_SLOTS.add(newToken("%d-%d".formatted(ProcessHandle.current().pid(), i)));
        }
    }

    @BeforeEach
    void prepare() throws IOException {
        authorities = directory.resolve("ca");
        pin = Files.writeString(directory.resolve("pin"), "1234-5678\n");
    }

    @Test
    void isMadeOnceWhereNothingIsSet() throws IOException {
        String made = opened(new CaPassword.Made());
        assertThat(made).hasSizeGreaterThan(20);
        assertThat(opened(new CaPassword.Made())).isEqualTo(made);
    }

    @Test
    void isReadFromAFile() throws IOException {
        Path file = Files.writeString(directory.resolve("password"), "open sesame\n");
        assertThat(opened(new CaPassword.InFile(file))).isEqualTo("open sesame");
        assertThat(authorities).doesNotExist();
    }

    @Test
    void isTakenFromTheEnvironmentAndCanBeTakenAgain() throws IOException {
        var password =
                new AuthorityPassword(
                        new CaPassword.Given(Passphrase.of("open sesame".toCharArray())),
                        authorities,
                        random);
        assertThat(text(password)).isEqualTo("open sesame");
        assertThat(text(password)).isEqualTo("open sesame");
        assertThat(authorities).doesNotExist();
    }

    @Test
    void isSealedByAKeyThatDoesNotLeaveTheToken() throws IOException {
        CaPassword.InToken token = token();
        String made = opened(token);
        assertThat(made).hasSizeGreaterThan(20);
        assertThat(opened(token)).isEqualTo(made);
        assertThat(authorities.resolve("password")).doesNotExist();
        assertThat(Files.readString(authorities.resolve("password.sealed"))).doesNotContain(made);
    }

    @Test
    void isTakenOverIntoATokenAndNoLongerInClear() throws IOException {
        String made = opened(new CaPassword.Made());
        CaPassword.InToken token = token();
        assertThat(opened(token)).isEqualTo(made);
        assertThat(opened(token)).isEqualTo(made);
        assertThat(authorities.resolve("password")).doesNotExist();
    }

    @Test
    void isNotOpenedByAnotherToken() throws IOException {
        opened(token());
        Path file = authorities.resolve("password.sealed");
        String before = Files.readString(file);
        CaPassword.InToken other = token();
        assertThatThrownBy(() -> opened(other))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("does not open " + file);
        assertThat(Files.readString(file)).isEqualTo(before);
    }

    @Test
    void isNotMadeAnewWhereKeysWaitForTheFormerOne() throws IOException {
        Files.createDirectories(authorities.resolve("sites"));
        Files.writeString(authorities.resolve("sites/key.pem"), "");
        for (CaPassword source : new CaPassword[] {new CaPassword.Made(), token()}) {
            assertThatThrownBy(() -> opened(source))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("is missing, and there are keys that only its password");
        }
        assertThat(authorities).isDirectoryNotContaining("glob:**password*");
    }

    @Test
    void aProvisionerStartsAgainByItsToken() throws IOException {
        CaPassword.InToken token = token();
        Map<String, String> settings =
                Map.of(
                        "SALLYPORT_CA_TOKEN", token.library().toString(),
                        "SALLYPORT_CA_TOKEN_SLOT", Long.toString(token.slot()),
                        "SALLYPORT_CA_TOKEN_PIN_FILE", token.pinFile().toString());
        Path data = directory.resolve("data");
        Map<String, String> database = SharedPostgres.newDatabase();
        RunningProvisioner.start(data, database, settings, new TestClock()).close();
        try (RunningProvisioner again =
                RunningProvisioner.start(data, database, settings, new TestClock())) {
            assertThat(again.bean(KnownAuthorities.class).all()).hasSize(5);
        }
        assertThat(data.resolve("ca/password.sealed")).exists();
        assertThat(data.resolve("ca/password")).doesNotExist();
    }

    private String opened(CaPassword source) throws IOException {
        return text(new AuthorityPassword(source, authorities, random));
    }

    private static String text(AuthorityPassword password) throws IOException {
        try (Passphrase opened = password.open()) {
            return new String(opened.characters());
        }
    }

    private CaPassword.InToken token() {
        return new CaPassword.InToken(library(), FRESH_SLOTS.remove(), pin);
    }

    private static long newToken(String label) throws Exception {
        Process process =
                new ProcessBuilder(
                                "softhsm2-util",
                                "--init-token",
                                "--free",
                                "--label",
                                label,
                                "--so-pin",
                                "8765-4321",
                                "--pin",
                                "1234-5678")
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        Matcher slot = Pattern.compile("reassigned to slot (\\d+)").matcher(said);
        assertThat(slot.find()).as(said).isTrue();
        return Long.parseLong(slot.group(1));
    }

    private static Path library() {
        return Stream.of("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so")
                .map(Path::of)
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> new AssertionError("SoftHSM 2 is not installed"));
    }
}
