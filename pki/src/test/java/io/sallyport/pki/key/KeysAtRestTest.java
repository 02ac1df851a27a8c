package io.sallyport.pki.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sallyport.pki.OpenSsl;
import io.sallyport.pki.pem.Pem;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.List;

class KeysAtRestTest {

    private final SecureRandom random = new SecureRandom();
    private final GeneratedKey key = GeneratedKey.p256(random);
    private final Passphrase passphrase = Passphrase.of("correct horse".toCharArray());

    @Test
    void anEncryptedKeyOpensWithItsPassphraseOnly() throws Exception {
        String pem = EncryptedKey.encrypt(key.privateKey(), passphrase, random);

        assertThat(EncryptedKey.decrypt(pem, passphrase)).isEqualTo(key.privateKey());
        Passphrase wrong = Passphrase.of("wrong".toCharArray());
        assertThatThrownBy(() -> EncryptedKey.decrypt(pem, wrong))
                .isInstanceOf(GeneralSecurityException.class);
    }

    @Test
    void anEncryptedKeyIsStrong(@TempDir Path directory) throws Exception {
        Files.writeString(
                directory.resolve("key.pem"),
                EncryptedKey.encrypt(key.privateKey(), passphrase, random));

        assertThat(OpenSsl.run(directory, "asn1parse", "-in", "key.pem"))
                .contains("PBES2")
                .contains("PBKDF2")
                .contains("hmacWithSHA256")
                .contains("aes-256-gcm")
                .contains("INTEGER           :0927C0"); // 600,000 rounds
    }

    /** The last octets are those of the tag, the ones before it those of the key. */
    @Property(tries = 20)
    void aKeyThatSomebodyAlteredDoesNotOpen(
            @ForAll @IntRange(min = 1, max = 80) int fromTheEnd, @ForAll @IntRange(max = 7) int bit)
            throws Exception {
        byte[] der =
                PasswordEncryption.AES_256_GCM.encrypt(
                        key.privateKey().getEncoded(), passphrase, 1, random);
        assertThat(PasswordEncryption.decrypt(der, passphrase))
                .isEqualTo(key.privateKey().getEncoded());
        der[der.length - fromTheEnd] ^= (byte) (1 << bit);
        assertThatThrownBy(() -> PasswordEncryption.decrypt(der, passphrase))
                .isInstanceOf(GeneralSecurityException.class);
    }

    /** What OpenSSL makes is what earlier versions made: the same, with AES-256-CBC. */
    @Test
    void aKeyOfAnEarlierVersionOpens(@TempDir Path directory) throws Exception {
        Files.writeString(
                directory.resolve("clear.pem"),
                Pem.encode("PRIVATE KEY", key.privateKey().getEncoded()));
        OpenSsl.run(
                directory,
                "pkcs8",
                "-topk8",
                "-v2",
                "aes-256-cbc",
                "-v2prf",
                "hmacWithSHA256",
                "-iter",
                "600000",
                "-in",
                "clear.pem",
                "-out",
                "key.pem",
                "-passout",
                "pass:correct horse");
        assertThat(EncryptedKey.decrypt(Files.readString(directory.resolve("key.pem")), passphrase))
                .isEqualTo(key.privateKey());
    }

    @Property
    void noiseIsNoKey(@ForAll byte[] noise) {
        assertThatThrownBy(() -> PasswordEncryption.decrypt(noise, passphrase))
                .isInstanceOfAny(IOException.class, GeneralSecurityException.class);
    }

    @Test
    void damagedKeysAreReportedAsSuch() throws Exception {
        String pem = EncryptedKey.encrypt(key.privateKey(), passphrase, random);

        assertThatThrownBy(() -> EncryptedKey.decrypt("", passphrase))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("found 0");
        String cut =
                pem.lines().filter(l -> !l.startsWith("MI")).reduce("", (a, b) -> a + b + "\n");
        assertThatThrownBy(() -> EncryptedKey.decrypt(cut, passphrase))
                .isInstanceOf(IOException.class);
    }

    /** One derivation for all files of a passphrase, and a nonce for each (docs/adr/0096). */
    @Test
    void filesOfOnePassphraseShareTheirSaltAndNothingElse() throws Exception {
        PasswordEncryption gcm = PasswordEncryption.AES_256_GCM;
        byte[] clear = key.privateKey().getEncoded();

        PBES2Parameters first = parameters(gcm.encrypt(clear.clone(), passphrase, 1, random));
        PBES2Parameters second = parameters(gcm.encrypt(clear.clone(), passphrase, 1, random));
        Passphrase same = Passphrase.of("correct horse".toCharArray());
        PBES2Parameters other = parameters(gcm.encrypt(clear.clone(), same, 1, random));

        assertThat(second.getKeyDerivationFunc()).isEqualTo(first.getKeyDerivationFunc());
        assertThat(second.getEncryptionScheme()).isNotEqualTo(first.getEncryptionScheme());
        assertThat(other.getKeyDerivationFunc()).isNotEqualTo(first.getKeyDerivationFunc());
    }

    /** A later start goes on with the salt of the first: it derives no more often (ADR 96). */
    @Test
    void whatIsEncryptedAfterAFileWasOpenedHasTheSaltOfThatFile() throws Exception {
        PasswordEncryption gcm = PasswordEncryption.AES_256_GCM;
        byte[] clear = key.privateKey().getEncoded();
        byte[] file = gcm.encrypt(clear.clone(), passphrase, 1, random);
        byte[] others =
                gcm.encrypt(clear.clone(), Passphrase.of("another horse".toCharArray()), 1, random);
        Passphrase later = Passphrase.of("correct horse".toCharArray());

        assertThatThrownBy(() -> PasswordEncryption.decrypt(others, later))
                .isInstanceOf(GeneralSecurityException.class);
        assertThat(PasswordEncryption.decrypt(file, later)).isEqualTo(clear);
        PBES2Parameters added = parameters(gcm.encrypt(clear.clone(), later, 1, random));

        assertThat(added.getKeyDerivationFunc()).isEqualTo(parameters(file).getKeyDerivationFunc());
        assertThat(added.getEncryptionScheme())
                .isNotEqualTo(parameters(file).getEncryptionScheme());
    }

    private static PBES2Parameters parameters(byte[] der) {
        return PBES2Parameters.getInstance(
                EncryptedPrivateKeyInfo.getInstance(der).getEncryptionAlgorithm().getParameters());
    }

    /** Whoever remembers derived keys by less than salt and rounds would open these wrongly. */
    @Test
    void filesWithOtherSaltsAndRoundsOpenWithOnePassphrase() throws Exception {
        PasswordEncryption gcm = PasswordEncryption.AES_256_GCM;
        byte[] clear = key.privateKey().getEncoded();
        Passphrase earlier = Passphrase.of("correct horse".toCharArray());
        List<byte[]> files =
                List.of(
                        gcm.encrypt(clear.clone(), passphrase, 1, random),
                        gcm.encrypt(clear.clone(), passphrase, 2, random),
                        gcm.encrypt(clear.clone(), earlier, 1, random),
                        gcm.encrypt(clear.clone(), earlier, 2, random));

        for (byte[] file : files) {
            assertThat(PasswordEncryption.decrypt(file, passphrase)).isEqualTo(clear);
        }
    }

    @Test
    void randomPassphrasesAreLongDifferentAndTypable() {
        String first = new String(Passphrase.random(random).characters());
        assertThat(first).matches("([a-hjkmnp-z1-9]{5}-){4}[a-hjkmnp-z1-9]{5}");
        assertThat(new String(Passphrase.random(random).characters())).isNotEqualTo(first);
    }

    @Test
    void aClosedPassphraseIsGone() {
        passphrase.close();
        assertThatThrownBy(passphrase::characters).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> passphrase.derive(new byte[16], 1))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void secretsDoNotShowThemselves() {
        assertThat(passphrase + "" + key).isEqualTo("Passphrase[hidden]GeneratedKey[hidden]");
    }

    @Test
    void thePemIsAsciiOfShortLines() {
        String pem = EncryptedKey.encrypt(key.privateKey(), passphrase, random);
        assertThat(US_ASCII.newEncoder().canEncode(pem)).isTrue();
        assertThat(pem.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(64));
    }
}
