package io.sallyport.lab.product;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.lab.Lab;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class GatewayUnitTest {
    private static final Path UNIT =
            Path.of("ssl-vpn-gateway/src/main/systemd/sallyport-gateway.service");

    /** Otherwise tests and benches would be of another gateway than customers run. */
    @Test
    void theLabStartsTheGatewayAsItsUnitDoes() throws IOException {
        String unit = Files.readString(Lab.repository().resolve(UNIT)).replace("\\\n", "");
        String command =
                unit.lines()
                        .filter(line -> line.startsWith("ExecStart="))
                        .findFirst()
                        .orElseThrow();
        List<String> words = List.of(command.strip().split("\\s+"));
        assertThat(words.subList(1, words.indexOf("-jar")))
                .containsExactlyElementsOf(GatewayProcess.JVM_OPTIONS);
    }
}
