package io.sallyport.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

class SettingsTest {
    private static final String REQUIRED =
            """
            state = /var/lib/sallyport
            api.url = https://api.example.net:8443
            ca = /etc/sallyport/root.pem
            enrolment.secret.file = /etc/sallyport/secret
            listen.tcp = 0.0.0.0:443
            """;

    @TempDir Path directory;

    @Test
    void readsWhatIsRequiredAndAssumesTheRest() throws IOException {
        Settings settings = read(REQUIRED);
        assertThat(settings.tcp()).isEqualTo(new InetSocketAddress("0.0.0.0", 443));
        assertThat(settings.udp()).isEqualTo(settings.tcp());
        assertThat(settings.admin()).hasToString("/127.0.0.1:8445");
        assertThat(settings.tun()).isEqualTo("sallyport0");
        assertThat(settings.user()).isEmpty();
        assertThat(settings.keyFile()).isEmpty();
    }

    @Test
    void readsEverything() throws IOException {
        Settings settings =
                read(
                        REQUIRED
                                + """
                                listen.udp = [::]:4443
                                tun = vpn0
                                user = sallyport
                                admin = [::1]:0
                                key.file = /mnt/key/gateway.key
                                """);
        assertThat(settings.udp()).isEqualTo(new InetSocketAddress("::", 4443));
        assertThat(settings.tun()).isEqualTo("vpn0");
        assertThat(settings.user()).isEqualTo(Optional.of("sallyport"));
        assertThat(settings.admin().getAddress().isLoopbackAddress()).isTrue();
        assertThat(settings.keyFile()).contains(Path.of("/mnt/key/gateway.key"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "listen.tcp = 443",
                "listen.tcp = vpn.example.net:443",
                "listen.tcp = 0.0.0.0:65536",
                "admin = 0.0.0.0:8445",
                "admin = 192.0.2.1:8445",
                "tun = ../../etc",
                "tun = sixteencharacters",
                "api.url = http://api.example.net",
                "enrollment = typo"
            })
    void refuses(String line) {
        assertThatThrownBy(() -> read(REQUIRED + line)).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void namesWhatIsMissing() {
        assertThatThrownBy(() -> read("state = /tmp"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("listen.tcp")
                .hasMessageContaining("ca");
    }

    private Settings read(String content) throws IOException {
        return Settings.read(Files.writeString(directory.resolve("gateway.properties"), content));
    }
}
