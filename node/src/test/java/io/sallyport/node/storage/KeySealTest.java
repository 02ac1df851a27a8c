package io.sallyport.node.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;

class KeySealTest {
    private static final byte[] CLEAR = {1, 2, 3};

    @TempDir Path directory;

    @Test
    void opensWhatItSealedAlsoInAnotherProcess() throws IOException {
        Path file = directory.resolve("elsewhere/node.key");
        byte[] sealed = KeySeal.at(file).seal(CLEAR);
        assertThat(KeySeal.at(file).open(sealed)).isEqualTo(CLEAR);
        assertThat(Files.readString(file)).matches("[0-9a-f]{64}");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void takesAKeyThatIsThereAndLeavesIt() throws IOException {
        Path file = Files.writeString(directory.resolve("given"), "AB".repeat(32) + "\n");
        byte[] sealed = KeySeal.at(file).seal(CLEAR);
        assertThat(KeySeal.at(file).open(sealed)).isEqualTo(CLEAR);
        assertThat(Files.readString(file)).isEqualTo("AB".repeat(32) + "\n");
    }

    @Test
    void refusesEveryAlteration() throws IOException {
        KeySeal seal = KeySeal.at(directory.resolve("node.key"));
        byte[] sealed = seal.seal(CLEAR);
        for (int i = 0; i < sealed.length; i++) {
            byte[] altered = sealed.clone();
            altered[i] ^= 1;
            assertThatThrownBy(() -> seal.open(altered))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("node.key does not open");
        }
        assertThatThrownBy(() -> seal.open(new byte[5]))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("node.key does not open");
    }

    @Test
    void sealsNothingWithAKeyThatCannotBeKept() throws IOException {
        Path file = Files.createFile(directory.resolve("file")).resolve("node.key");
        assertThatThrownBy(() -> KeySeal.at(file).seal(CLEAR))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void theKeyIsWhereItIsSetOrACredentialOrBesideTheState() throws IOException {
        Path state = Path.of("/var/lib/sallyport-gateway");
        Map<String, String> systemd = Map.of("CREDENTIALS_DIRECTORY", directory.toString());
        Path beside = Path.of("/var/lib/sallyport-gateway-key/node.key");
        assertThat(KeyFile.of(Optional.empty(), state, Map.of())).isEqualTo(beside);
        assertThat(KeyFile.of(Optional.empty(), state, systemd)).isEqualTo(beside);
        Path credential = Files.createFile(directory.resolve("node-key"));
        assertThat(KeyFile.of(Optional.empty(), state, systemd)).isEqualTo(credential);
        Path set = Path.of("/mnt/key");
        assertThat(KeyFile.of(Optional.of(set), state, systemd)).isEqualTo(set);
    }
}
