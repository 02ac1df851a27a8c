package io.sallyport.node.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

class StateDirectoryTest {
    private static final byte[] CONTENT = {1, 2, 3};

    @TempDir Path parent;

    @Test
    void keepsFilesForTheOwnerAlone() throws IOException {
        Path directory = parent.resolve("state");
        try (StateDirectory state = StateDirectory.open(directory)) {
            assertThat(state.read("file")).isEmpty();
            state.store("file", CONTENT);
            assertThat(state.read("file")).contains(CONTENT);
        }
        assertThat(permissions(directory)).isEqualTo("rwx------");
        assertThat(permissions(directory.resolve("file"))).isEqualTo("rw-------");
    }

    @Test
    void letsOthersPassThroughWhatItMakesAboveTheDirectory() throws IOException {
        Path above = parent.resolve("lib");
        StateDirectory.open(above.resolve("sallyport/gateway")).close();
        assertThat(permissions(above)).isEqualTo("rwxr-xr-x");
        assertThat(permissions(above.resolve("sallyport"))).isEqualTo("rwxr-xr-x");
        assertThat(permissions(above.resolve("sallyport/gateway"))).isEqualTo("rwx------");
    }

    @Test
    void leavesADirectoryAboveAsItIs() throws IOException {
        Path above = Files.createDirectory(parent.resolve("mine"));
        Files.setPosixFilePermissions(above, PosixFilePermissions.fromString("rwx------"));
        StateDirectory.open(above.resolve("state")).close();
        assertThat(permissions(above)).isEqualTo("rwx------");
    }

    @Test
    void belongsToOneProcessAtATime() throws IOException {
        try (StateDirectory _ = StateDirectory.open(parent)) {
            assertThatThrownBy(() -> StateDirectory.open(parent))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("in use");
        }
        StateDirectory.open(parent).close();
    }

    @Test
    void passesOverWhatAKilledProcessLeftUnfinished() throws IOException {
        try (StateDirectory state = StateDirectory.open(parent)) {
            state.publish("file", CONTENT);
            Files.write(parent.resolve("file.new"), new byte[] {9});
            assertThat(state.read("file")).contains(CONTENT);
            state.publish("file", new byte[] {4});
            assertThat(state.read("file")).contains(new byte[] {4});
            assertThat(parent.resolve("file.new")).doesNotExist();
        }
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
