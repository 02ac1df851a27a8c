package io.sallyport.provisioner.problem;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.core.annotation.Nullable;
import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.RunningProvisioner.Answer;
import io.sallyport.provisioner.TestNode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;

class ProblemTest {
    private final RunningProvisioner provisioner = RunningProvisioner.shared();

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = "/problem/refused.csv", delimiter = '|', quoteCharacter = '~')
    void refusesWithADocumentThatNamesTheField(
            String why,
            String method,
            String path,
            @Nullable String contentType,
            @Nullable String body,
            int status,
            @Nullable String type,
            @Nullable String field) {
        HttpRequest.Builder request =
                provisioner
                        .request(path, provisioner.operatorToken())
                        .method(
                                method,
                                body == null
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body));
        if (contentType != null) {
            request.header("Content-Type", contentType);
        }
        Answer answer = provisioner.send(request);
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
        assertThat(answer.json().get("status").intValue()).isEqualTo(status);
        assertThat(answer.json().get("title").textValue()).isNotBlank();
        if (type != null) {
            assertThat(answer.json().get("type").textValue()).isEqualTo(type);
        }
        if (field != null) {
            assertThat(answer.json().at("/errors/0/field").textValue())
                    .as(answer.body())
                    .isEqualTo(field);
            assertThat(answer.json().at("/errors/0/reason").textValue()).isNotBlank();
        }
    }

    @Test
    void namesEveryFieldAtOnce() {
        Answer answer = provisioner.post("/v1/concentrators", provisioner.operatorToken(), "{}");
        assertThat(answer.json().get("errors").findValuesAsText("field"))
                .containsExactly("name", "ikeAddress", "protectedNetworks", "probeSource");
    }

    @Test
    void refusesASecondOfTheSameName() {
        String registration = TestNode.registration("twice");
        assertThat(post(registration).status()).isEqualTo(201);
        Answer second = post(registration);
        assertThat(second.status()).isEqualTo(409);
        assertThat(second.json().get("type").textValue()).isEqualTo("/problems/conflict");
    }

    @Test
    void refusesABodyThatIsTooLargeByItsAnnouncedLength() {
        Answer answer = post("{\"name\": \"" + "a".repeat(10_000_000) + "\"}");
        assertThat(answer.status()).as(answer.body()).isEqualTo(413);
        assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
    }

    @Test
    void refusesABodyThatIsTooLargeWithoutAnnouncingIt() {
        byte[] octets = "x".repeat(10_000_000).getBytes(StandardCharsets.US_ASCII);
        Answer answer =
                provisioner.send(
                        provisioner
                                .request("/v1/concentrators", provisioner.operatorToken())
                                .header("Content-Type", "application/json")
                                .POST(
                                        HttpRequest.BodyPublishers.ofInputStream(
                                                () -> new ByteArrayInputStream(octets))));
        assertThat(answer.status()).as(answer.body()).isEqualTo(413);
        assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
    }

    @Test
    void answersOnItsHealthWithoutAToken() {
        Answer answer = provisioner.get("/health", null);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.json().get("status").textValue()).isEqualTo("UP");
    }

    private Answer post(String body) {
        return provisioner.post("/v1/concentrators", provisioner.operatorToken(), body);
    }
}
