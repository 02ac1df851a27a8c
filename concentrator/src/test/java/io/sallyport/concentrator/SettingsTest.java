package io.sallyport.concentrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class SettingsTest {
    private static final String GOOD =
            """
            state = /var/lib/sallyport/concentrator
            api.url = https://provisioner.example.net:8443
            ca = /etc/sallyport/root.pem
            enrolment.secret.file = /etc/sallyport/enrolment-secret
            vici.socket = /run/charon.vici
            """;

    @TempDir Path directory;

    @Test
    void readsAFile() throws IOException {
        Settings settings = read(GOOD);
        assertThat(settings.viciSocket()).isEqualTo(Path.of("/run/charon.vici"));
        assertThat(settings.apiUrl()).hasPort(8443);
        assertThat(settings.keyFile()).isEmpty();
    }

    @Test
    void readsWhereTheKeyOfTheKeysIs() throws IOException {
        assertThat(read(GOOD + "key.file = /mnt/key/node.key").keyFile())
                .contains(Path.of("/mnt/key/node.key"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "unknown key, ca = , root = ",
        "missing key, ca = , #",
        "clear text, https:, http:",
        "no host, https://provisioner.example.net:8443, https:",
        "no URL, https://, '^ '",
    })
    void refusesWhatIsWrong(String why, String part, String replacement) {
        assertThatThrownBy(() -> read(GOOD.replace(part, replacement)))
                .as(why)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("concentrator.properties");
    }

    private Settings read(String content) throws IOException {
        return Settings.read(
                Files.writeString(directory.resolve("concentrator.properties"), content));
    }
}
