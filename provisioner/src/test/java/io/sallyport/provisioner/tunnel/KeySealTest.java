package io.sallyport.provisioner.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sallyport.pki.key.Passphrase;
import io.sallyport.provisioner.seal.SealKeys;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

class KeySealTest {
    private static final byte[] SECRET = "a key".getBytes(US_ASCII);
    private static final Passphrase PASSPHRASE = Passphrase.of("of the issuing ones".toCharArray());

    private final UUID tunnel = UUID.randomUUID();
    private final SecureRandom random = new SecureRandom();

    @TempDir private Path data;

    @Test
    void openedByAnotherProcessWithTheSameFile() throws IOException {
        byte[] sealed = seal().seal(tunnel, SECRET);

        assertThat(new String(sealed, US_ASCII)).doesNotContain("a key");
        assertThat(seal().open(tunnel, sealed)).isEqualTo(SECRET);
        assertThat(Files.getPosixFilePermissions(data.resolve("branch-key.seal")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void refusesWhatWasSealedForAnotherTunnel() throws IOException {
        KeySeal seal = seal();
        byte[] sealed = seal.seal(tunnel, SECRET);

        assertThatThrownBy(() -> seal.open(UUID.randomUUID(), sealed))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void refusesWhatWasAltered() throws IOException {
        KeySeal seal = seal();
        byte[] sealed = seal.seal(tunnel, SECRET);
        for (int octet = 0; octet < sealed.length; octet++) {
            byte[] altered = sealed.clone();
            altered[octet] ^= 1;
            assertThatThrownBy(() -> seal.open(tunnel, altered))
                    .isInstanceOf(IllegalStateException.class);
        }
        assertThatThrownBy(() -> seal.open(tunnel, new byte[3]))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void sealsTheSameDifferentlyEachTime() throws IOException {
        KeySeal seal = seal();

        assertThat(seal.seal(tunnel, SECRET)).isNotEqualTo(seal.seal(tunnel, SECRET));
    }

    @Test
    void missingFileIsNotReplacedWhileSomethingIsSealedWithIt() throws IOException {
        Path file = data.resolve("branch-key.seal");

        assertThatThrownBy(() -> new KeySeal(keys(), kept(new byte[50])))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("branch-key.seal is missing");
        assertThat(file).doesNotExist();

        byte[] sealed = seal().seal(tunnel, SECRET);
        assertThat(new KeySeal(keys(), kept(sealed)).open(tunnel, sealed)).isEqualTo(SECRET);
    }

    @Test
    void anotherFileIsRefusedWhileSomethingIsSealedWithTheFirst() throws IOException {
        byte[] sealed = seal().seal(tunnel, SECRET);
        Files.writeString(data.resolve("branch-key.seal"), "00".repeat(32));

        assertThatThrownBy(() -> new KeySeal(keys(), kept(sealed)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("branch-key.seal does not open the keys");
    }

    private Supplier<Optional<KeptKeys.Sealed>> kept(byte[] sealed) {
        return () -> Optional.of(new KeptKeys.Sealed(tunnel, ByteBuffer.wrap(sealed)));
    }

    private KeySeal seal() throws IOException {
        return new KeySeal(keys(), Optional::empty);
    }

    private SealKeys keys() throws IOException {
        return SealKeys.open(data, PASSPHRASE, random);
    }
}
