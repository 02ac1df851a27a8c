package io.sallyport.provisioner;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.provisioner.configuration.Configuration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;

class ProvisionerTest {
    @Test
    void answersOnAnEmbeddedDatabase(@TempDir Path data) throws Exception {
        var configuration =
                Configuration.of(
                        Map.of(
                                "SALLYPORT_DATA", data.toString(),
                                "SALLYPORT_API_PORT", "0",
                                "SALLYPORT_INTERNAL_PORT", "0"));
        try (var provisioner = Provisioner.start(configuration, Clock.systemUTC());
                var client = HttpClient.newHttpClient()) {
            var answer =
                    client.send(
                            HttpRequest.newBuilder(provisioner.apiUrl().resolve("/health")).build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        }
    }
}
