package io.sallyport.provisioner.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.regex.Pattern;

/** The document that describes the API, parsed. */
public final class Described {
    private static final JsonMapper JSON = new JsonMapper();

    private final JsonNode root;
    private final List<Operation> operations;
    private final SchemaCheck schemas;

    private Described(JsonNode root) {
        this.root = root;
        this.schemas = new SchemaCheck(root);
        this.operations =
                root.get("paths").properties().stream()
                        .flatMap(
                                path ->
                                        path.getValue().properties().stream()
                                                .map(
                                                        method ->
                                                                Operation.of(
                                                                        method.getKey(),
                                                                        path.getKey(),
                                                                        method.getValue())))
                        .toList();
    }

    /** What is described for one method at one path. */
    public record Operation(String method, String path, Pattern matching, JsonNode node) {
        private static Operation of(String method, String path, JsonNode node) {
            Pattern matching = Pattern.compile(path.replaceAll("\\{[a-z]+}", "[^/]+"));
            return new Operation(method.toUpperCase(Locale.ROOT), path, matching, node);
        }

        public String route() {
            return method + " " + path;
        }

        String id() {
            return node.path("operationId").textValue();
        }

        List<String> successes() {
            return node.path("responses")
                    .propertyStream()
                    .map(Map.Entry::getKey)
                    .filter(status -> status.startsWith("2"))
                    .toList();
        }

        List<JsonNode> parameters() {
            return node.path("parameters").valueStream().toList();
        }
    }

    /** Parses a document. */
    static Described parse(String document) {
        return new Described(
                JSON.valueToTree(
                        new Yaml(new SafeConstructor(new LoaderOptions())).load(document)));
    }

    /**
     * Fails when an answer is not as the document of this build says: its status, its media type
     * and, if it is JSON, its content. Answers of routes that are not described are left alone.
     */
    public static void check(HttpResponse<String> answer) {
        String path = answer.request().uri().getRawPath();
        Built.DOCUMENT.operations.stream()
                .filter(operation -> operation.method.equals(answer.request().method()))
                .filter(operation -> operation.matching.matcher(path).matches())
                .findFirst()
                .ifPresent(operation -> Built.DOCUMENT.check(operation, answer));
    }

    private void check(Operation operation, HttpResponse<String> answer) {
        int status = answer.statusCode();
        JsonNode responses = operation.node.path("responses");
        JsonNode response = responses.path(status < 400 ? "" + status : status / 100 + "XX");
        String route = operation.route() + " " + status;
        assertThat(response.isObject()).as("%s is described", route).isTrue();
        if (!response.has("content")) {
            assertThat(answer.body()).as(route).isEmpty();
            return;
        }
        String mediaType = answer.headers().firstValue("Content-Type").orElse("");
        JsonNode content = response.get("content").path(mediaType);
        assertThat(content.isObject()).as("%s is described as %s", route, mediaType).isTrue();
        if (mediaType.endsWith("json")) {
            schemas.check(content.get("schema"), json(answer.body()), route);
        }
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("no JSON: " + text, e);
        }
    }

    JsonNode root() {
        return root;
    }

    List<Operation> operations() {
        return operations;
    }

    Operation operation(String route) {
        return operations.stream()
                .filter(operation -> operation.route().equals(route))
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException(route));
    }

    private static final class Built {
        static final Described DOCUMENT = read();

        private static Described read() {
            try (InputStream in =
                    Described.class.getResourceAsStream("/META-INF/swagger/sallyport.yml")) {
                return parse(new String(in.readAllBytes(), UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
