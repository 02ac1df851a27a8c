package io.sallyport.pki.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sallyport.pki.Command;
import io.sallyport.pki.key.KeyAlgorithm;
import io.sallyport.pki.key.Passphrase;
import io.sallyport.pki.key.Token;
import io.sallyport.pki.pem.Pem;
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.pki.revocation.CrlNumber;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.CRLReason;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The root's key in a file elsewhere and in a token, the token being SoftHSM. */
class CeremonyTest {

    private static final Passphrase PIN = Passphrase.of("1234-5678".toCharArray());
    private static final Passphrase ISSUING = Passphrase.of("of the others".toCharArray());
    private static final Passphrase ROOT = Passphrase.of("of the root".toCharArray());
    private static final Pattern SLOT = Pattern.compile("reassigned to slot (\\d+)");

    private static final int TOKENS = 17;
    private static final Queue<Long> FRESH_SLOTS = new ArrayDeque<>();

    @TempDir Path directory;

    private final SecureRandom random = new SecureRandom();
    private final Instant now = Clock.systemUTC().instant();
    private final Clock clock = new MovableClock(now);
    private final List<Issued> recorded = new ArrayList<>();

    /** Where the library looks is in the environment of this process, which the build sets. */
    @BeforeAll
    static void setUpTokens(@TempDir Path output) throws Exception {
        Path configuration = Path.of(System.getenv("SOFTHSM2_CONF"));
        Path tokens = Files.createDirectories(configuration.resolveSibling("tokens"));
        Files.writeString(configuration, "directories.tokendir = %s%n".formatted(tokens));
        // All before the library is loaded: it looks for tokens once.
        for (int i = 0; i < TOKENS; i++) {
            FRESH_SLOTS.add(newToken(output, "%d-%d".formatted(ProcessHandle.current().pid(), i)));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"EC_P384", "RSA"})
    void theRootsKeyIsMadeInATokenAndStaysThere(KeyAlgorithm algorithm) throws Exception {
        RootCustody token = token();
        ceremony(token).create(algorithm, ISSUING, transcript("made"), recorded::add);

        assertThat(Files.exists(directory.resolve("ca/root/key.pem"))).isFalse();
        Authorities authorities = store().open(ISSUING);
        assertThat(authorities.root()).isEqualTo(recorded.getFirst().certificate());
        assertThat(token.kept()).contains(authorities.root());
        assertThat(token.open(authorities.root()).privateKey().getEncoded())
                .as("a key that can be taken out of the token")
                .isNull();
        Files.writeString(directory.resolve("root.pem"), Pem.encode(authorities.root()));
        Files.writeString(
                directory.resolve("sites.pem"), Pem.encode(authorities.sites().certificate()));
        assertThat(
                        Command.run(
                                directory,
                                "openssl verify -x509_strict -CAfile root.pem sites.pem"
                                        .split(" ")))
                .contains("sites.pem: OK");
    }

    @ParameterizedTest
    @EnumSource(names = {"EC_P384", "RSA"})
    void theNextRootIsMadeInAnotherTokenAndSignsThere(KeyAlgorithm algorithm) throws Exception {
        RootCustody former = token();
        RootCustody next = token();
        ceremony(former).create(KeyAlgorithm.EC_P384, ISSUING, transcript("made"), _ -> {});
        X509Certificate present = former.kept().orElseThrow();
        var succession = new RootCeremony(former, next, clock, random, List.of("Ada"));
        RootCertificates made =
                succession.succeed(algorithm, directory.resolve("out"), transcript("next"));

        assertThat(next.kept()).contains(made.certificate());
        assertThat(former.kept()).contains(present);
        assertThat(next.open(made.certificate()).privateKey().getEncoded())
                .as("a key that can be taken out of the token")
                .isNull();
        made.requireVouchedFor(present);
        assertThat(Files.readString(transcript("next")))
                .contains("Next root key: PKCS#11 token in slot", "Complete")
                .doesNotContain("1234-5678", "PRIVATE");
        assertThat(succession.succeed(algorithm, directory.resolve("out"), transcript("again")))
                .as("held again after an interruption")
                .extracting(RootCertificates::certificate)
                .isEqualTo(made.certificate());
        String folder = store().installNextRoot(present, made, recorded::add);
        assertThat(store().hasRootKey(folder)).isFalse();

        X509CRL first =
                new RevocationCeremony(next, clock, random, List.of("Ada"))
                        .sign(
                                Optional.empty(),
                                List.of(),
                                Duration.ofDays(30),
                                directory.resolve("next.crl"),
                                transcript("revocations"));
        first.verify(made.certificate().getPublicKey());
        assertThat(CrlNumber.of(first)).isEqualTo(CrlNumber.FIRST);
    }

    @Test
    void theTokenOfTheRootIsNotThatOfTheNextOne() throws Exception {
        RootCustody token = token();
        ceremony(token).create(KeyAlgorithm.EC_P384, ISSUING, transcript("made"), _ -> {});
        X509Certificate present = token.kept().orElseThrow();

        assertThatThrownBy(
                        () ->
                                new RootCeremony(token, token, clock, random, List.of("Ada"))
                                        .succeed(
                                                KeyAlgorithm.EC_P384,
                                                directory.resolve("out"),
                                                transcript("next")))
                .isInstanceOf(IOException.class);
        assertThat(token.kept()).contains(present);
        assertThat(directory.resolve("out")).doesNotExist();
    }

    @Test
    void theRootsKeyInAFileElsewhereIsNotMissedHere() throws Exception {
        RootCustody elsewhere = new FileCustody(directory.resolve("medium"), ROOT, random);
        ceremony(elsewhere).create(KeyAlgorithm.EC_P384, ISSUING, transcript("made"), _ -> {});

        assertThat(directory.resolve("medium/root/key.pem")).exists();
        assertThat(directory.resolve("ca/root/key.pem")).doesNotExist();
        assertThat(store().complete()).isTrue();
        assertThat(store().open(ISSUING).root()).isEqualTo(elsewhere.kept().orElseThrow());
        assertThatThrownBy(() -> store().openRoot(store().custody("root", ROOT)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("key.pem is missing");
    }

    @Test
    void theTranscriptHasAllThatWasMadeAndNoSecret() throws Exception {
        ceremony(token()).create(KeyAlgorithm.EC_P384, ISSUING, transcript("made"), recorded::add);

        String text = Files.readString(transcript("made"));
        assertThat(text)
                .contains(
                        "Ceremony: creation of authorities",
                        "Attending: \"Ada\"",
                        "Attending: \"Bela \\u202e\"",
                        "Root key: PKCS#11 token in slot",
                        "Complete")
                .doesNotContain("1234-5678", "of the others", "PRIVATE");
        assertThat(Pem.certificates(text))
                .isEqualTo(recorded.stream().map(Issued::certificate).toList())
                .hasSize(5);
        int last = text.indexOf("SHA-256 of the lines above: ");
        byte[] digest =
                MessageDigest.getInstance("SHA-256")
                        .digest(text.substring(0, last).getBytes(UTF_8));
        assertThat(text.substring(last)).contains(HexFormat.of().formatHex(digest));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    void anInterruptedCeremonyIsFinishedByAnother(int failing) throws Exception {
        RootCustody token = token();
        CertificateRecorder interrupting =
                issued -> {
                    recorded.add(issued);
                    if (recorded.size() == failing) {
                        throw new IllegalStateException("no paper");
                    }
                };
        assertThatThrownBy(
                        () ->
                                ceremony(token)
                                        .create(
                                                KeyAlgorithm.EC_P384,
                                                ISSUING,
                                                transcript("first"),
                                                interrupting))
                .hasMessage("no paper");
        assertThat(Files.readString(transcript("first")))
                .contains("FAILED: \"no paper\"", "SHA-256 of the lines above: ");

        ceremony(token).create(KeyAlgorithm.EC_P384, ISSUING, transcript("second"), recorded::add);
        assertThat(store().open(ISSUING).root()).isEqualTo(token.kept().orElseThrow());
        assertThat(recorded).hasSize(6);
    }

    @Test
    void aRootThatOnlyTheTokenHasIsTakenOver() throws Exception {
        RootCustody token = token();
        SigningKey key = token.generate(KeyAlgorithm.EC_P384);
        CertificateAuthority root =
                SelfSigned.root(AuthorityProfile.ROOT, key, clock, random, recorded::add);
        token.keep(key, root.certificate());

        ceremony(token).create(KeyAlgorithm.EC_P384, ISSUING, transcript("made"), _ -> {});
        assertThat(store().open(ISSUING).root()).isEqualTo(root.certificate());
    }

    @Test
    void theRootRevokesAnAuthorityInACeremony() throws Exception {
        RootCustody token = token();
        ceremony(token).create(KeyAlgorithm.EC_P384, ISSUING, transcript("made"), _ -> {});
        Authorities authorities = store().open(ISSUING);
        var revoked =
                new RevocationCeremony.Revoked(
                        authorities.sites().certificate(), CRLReason.CA_COMPROMISE);
        var revocations = new RevocationCeremony(token, clock, random, List.of("Ada Lovelace"));
        Path file = directory.resolve("root-crl.pem");
        X509CRL first =
                revocations.sign(
                        Optional.empty(),
                        List.of(),
                        Duration.ofDays(90),
                        file,
                        transcript("first"));
        assertThat(CrlNumber.of(first)).isEqualTo(CrlNumber.FIRST);
        X509CRL second =
                revocations.sign(
                        Optional.of(first),
                        List.of(revoked),
                        Duration.ofDays(90),
                        file,
                        transcript("second"));
        // What is revoked stays so, and once.
        X509CRL crl =
                revocations.sign(
                        Optional.of(second),
                        List.of(revoked),
                        Duration.ofDays(90),
                        file,
                        transcript("revoked"));
        assertThat(crl.getRevokedCertificates()).hasSize(1);
        assertThat(Files.readString(file)).isEqualTo(Pem.encode(crl));

        crl.verify(authorities.root().getPublicKey());
        assertThat(crl.isRevoked(authorities.sites().certificate())).isTrue();
        assertThat(Files.readString(transcript("revoked")))
                .contains("CRL 3 of", "1 revoked", Pem.encode(crl));
    }

    @Test
    void aWrongPinOpensNothing() throws Exception {
        long slot = FRESH_SLOTS.remove();
        try (Passphrase wrong = Passphrase.of("0000-0000".toCharArray())) {
            assertThatThrownBy(() -> new Token(library(), slot, wrong))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cannot be opened")
                    .hasRootCauseMessage("CKR_PIN_INCORRECT");
        }
    }

    @Test
    void aTranscriptIsNeverOverwritten() throws Exception {
        Files.createFile(transcript("made"));
        assertThatThrownBy(
                        () ->
                                ceremony(new FileCustody(directory, ROOT, random))
                                        .create(
                                                KeyAlgorithm.EC_P384,
                                                ISSUING,
                                                transcript("made"),
                                                recorded::add))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(recorded).isEmpty();
    }

    private Ceremony ceremony(RootCustody custody) {
        return new Ceremony(store(), custody, clock, List.of("Ada", "Bela \u202e"));
    }

    private AuthorityStore store() {
        return new AuthorityStore(
                directory.resolve("ca"), TestAuthorities.NAMESPACE, clock, random);
    }

    private Path transcript(String name) {
        return directory.resolve(name + ".txt");
    }

    private static RootCustody token() throws IOException {
        return new TokenCustody(new Token(library(), FRESH_SLOTS.remove(), PIN));
    }

    private static long newToken(Path output, String label) throws Exception {
        String said =
                Command.run(
                        output,
                        ("softhsm2-util --init-token --free --label %s"
                                        + " --so-pin 8765-4321 --pin 1234-5678")
                                .formatted(label)
                                .split(" "));
        Matcher slot = SLOT.matcher(said);
        assertThat(slot.find()).as(said).isTrue();
        return Long.parseLong(slot.group(1));
    }

    private static Path library() {
        return Stream.of(
                        "/usr/lib/softhsm/libsofthsm2.so",
                        "/usr/lib64/pkcs11/libsofthsm2.so",
                        "/usr/local/lib/softhsm/libsofthsm2.so")
                .map(Path::of)
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> new AssertionError("SoftHSM 2 is not installed"));
    }
}
