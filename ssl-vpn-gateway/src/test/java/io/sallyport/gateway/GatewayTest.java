package io.sallyport.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The process as its unit sees it. */
@Timeout(60)
class GatewayTest {
    @TempDir private Path directory;

    @Test
    void mistakeInTheConfigurationIsNotTriedAgain() throws Exception {
        Path file = Files.writeString(directory.resolve("mistaken.properties"), "listen = 443\n");
        assertThat(run(file)).isEqualTo(2);
        assertThat(said()).contains("mistaken.properties: unknown keys [listen]");
    }

    @Test
    void missingConfigurationIsNotTriedAgain() throws Exception {
        assertThat(run(directory.resolve("missing.properties"))).isEqualTo(2);
        assertThat(said()).contains("missing.properties");
    }

    private int run(Path configuration) throws Exception {
        return new ProcessBuilder(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Gateway.class.getName(),
                                configuration.toString()))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("said").toFile())
                .start()
                .waitFor();
    }

    private String said() throws IOException {
        return Files.readString(directory.resolve("said"));
    }
}
