package io.sallyport.provisioner.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.wire.DnsName;
import io.sallyport.wire.IpAddress;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

class ConfigurationTest {
    @Test
    void hasAUsableDefaultForEverything() {
        Configuration configuration = Configuration.of(Map.of());
        assertThat(configuration.data()).isAbsolute().endsWithRaw(Path.of("data"));
        assertThat(configuration.api())
                .isEqualTo(new Configuration.Listener(IpAddress.parse("127.0.0.1"), 8443));
        assertThat(configuration.internal().port()).isEqualTo(8444);
        assertThat(configuration.domain()).isEqualTo(new DnsName("sallyport.internal"));
        assertThat(configuration.database()).isEmpty();
    }

    @ParameterizedTest(name = "{0}={1}")
    @CsvFileSource(resources = "/configuration-refused.csv")
    void namesTheSettingThatCannotBeUsed(String variable, String value, String message) {
        assertThatThrownBy(() -> Configuration.of(Map.of(variable, value)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(message)
                .hasMessageStartingWith("SALLYPORT_");
    }

    @Test
    void doesNotShowTheDatabasePassword() {
        Configuration configuration =
                Configuration.of(
                        Map.of(
                                "SALLYPORT_DATABASE_URL", "jdbc:postgresql://db/x",
                                "SALLYPORT_DATABASE_USER", "sallyport",
                                "SALLYPORT_DATABASE_PASSWORD", "open sesame"));
        assertThat(configuration.toString()).doesNotContain("sesame");
    }

    @Test
    void doesNotShowThePasswordOfTheAuthorities() {
        Configuration configuration =
                Configuration.of(Map.of("SALLYPORT_CA_PASSWORD", "open sesame"));
        assertThat(configuration.caPassword()).isInstanceOf(CaPassword.Given.class);
        assertThat(configuration.toString()).doesNotContain("sesame");
    }

    @Test
    void takesThePasswordOfTheAuthoritiesFromOneSourceAlone() {
        Map<String, String> all =
                Map.of(
                        "SALLYPORT_CA_PASSWORD_FILE", "/run/password",
                        "SALLYPORT_CA_PASSWORD", "open sesame",
                        "SALLYPORT_CA_TOKEN", "/usr/lib/softhsm/libsofthsm2.so");
        for (String missing : all.keySet()) {
            Map<String, String> two = new HashMap<>(all);
            two.remove(missing);
            assertThatThrownBy(() -> Configuration.of(two))
                    .isInstanceOf(ConfigurationException.class)
                    .message()
                    .contains(two.keySet())
                    .contains(": expected one of them")
                    .doesNotContain("sesame");
        }
    }

    @Test
    void takesThePasswordOfTheAuthoritiesFromAToken() {
        assertThat(
                        Configuration.of(
                                        Map.of(
                                                "SALLYPORT_CA_TOKEN", "/lib/token.so",
                                                "SALLYPORT_CA_TOKEN_SLOT", "7",
                                                "SALLYPORT_CA_TOKEN_PIN_FILE", "/run/pin"))
                                .caPassword())
                .isEqualTo(
                        new CaPassword.InToken(Path.of("/lib/token.so"), 7, Path.of("/run/pin")));
    }
}
