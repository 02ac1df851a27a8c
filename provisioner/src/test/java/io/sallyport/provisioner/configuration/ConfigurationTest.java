package io.sallyport.provisioner.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.wire.DnsName;
import io.sallyport.wire.IpAddress;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

import java.nio.file.Path;
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
}
