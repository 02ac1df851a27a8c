package io.sallyport.provisioner.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.micronaut.http.HttpMethod;
import io.micronaut.web.router.Router;
import io.micronaut.web.router.UriRouteInfo;
import io.sallyport.provisioner.RunningProvisioner;
import io.sallyport.provisioner.access.Allow;
import io.sallyport.provisioner.access.OnInternalListener;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.stream.Stream;

/**
 * The document that is served says what the server does; {@link Described} is held by all tests.
 */
class OpenApiTest {
    /** Answered with 501, and the document itself. */
    private static final List<String> NOT_DESCRIBED =
            List.of(
                    "GET /v1/openapi.yml",
                    "POST /.well-known/est/serverkeygen",
                    "POST /.well-known/est/fullcmc",
                    "POST /.well-known/est/teleworkers/serverkeygen",
                    "POST /.well-known/est/teleworkers/fullcmc");

    private final RunningProvisioner provisioner = RunningProvisioner.shared();
    private final Described document =
            Described.parse(provisioner.get("/v1/openapi.yml", null).body());

    @Test
    void describesEveryPublicRouteAndNothingElse() {
        assertThat(document.operations())
                .extracting(Described.Operation::route)
                .containsExactlyInAnyOrderElementsOf(
                        routes().map(OpenApiTest::nameOf)
                                .distinct()
                                .filter(route -> !NOT_DESCRIBED.contains(route))
                                .toList());
    }

    @Test
    void namesEveryOperationOnceAndInWords() {
        assertThat(document.operations())
                .extracting(Described.Operation::id)
                .doesNotHaveDuplicates()
                .allMatch(id -> id.matches("[a-z]+([A-Z][a-z]+)+"));
        assertThat(document.operations())
                .allSatisfy(
                        operation ->
                                assertThat(operation.node().path("summary").textValue())
                                        .as(operation.route())
                                        .isNotBlank());
    }

    @Test
    void saysOfEveryOperationHowItSucceedsAndThatItFailsWithAProblem() {
        for (Described.Operation operation : document.operations()) {
            assertThat(operation.successes()).as(operation.route()).isNotEmpty();
            for (String failures : List.of("4XX", "5XX")) {
                JsonNode failure = operation.node().path("responses").path(failures);
                assertThat(failure.path("description").textValue()).isNotBlank();
                assertThat(failure.path("content").fieldNames())
                        .toIterable()
                        .as(operation.route())
                        .containsExactly("application/problem+json");
                assertThat(failure.at("/content/application~1problem+json/schema/$ref").textValue())
                        .isEqualTo("#/components/schemas/Problem");
            }
        }
    }

    @Test
    void saysWhichOperationsWantAToken() {
        List<String> withToken =
                routes().filter(route -> route.getAnnotationMetadata().hasAnnotation(Allow.class))
                        .map(OpenApiTest::nameOf)
                        .distinct()
                        .toList();
        assertThat(document.operations())
                .filteredOn(operation -> operation.node().at("/security/0").has("token"))
                .extracting(Described.Operation::route)
                .containsExactlyInAnyOrderElementsOf(withToken);
    }

    @ParameterizedTest
    @CsvSource({
        "POST /v1/orders, header, Idempotency-Key",
        "GET /v1/tunnels/{id}/availability, query, from",
        "GET /v1/tunnels/{id}/availability, query, to",
        "GET /v1/orders/{id}, path, id"
    })
    void saysWhatIsRequired(String route, String in, String name) {
        assertThat(document.operation(route).parameters())
                .filteredOn(parameter -> parameter.get("name").textValue().equals(name))
                .singleElement()
                .satisfies(
                        parameter -> {
                            assertThat(parameter.get("in").textValue()).isEqualTo(in);
                            assertThat(parameter.path("required").booleanValue()).isTrue();
                        });
    }

    @ParameterizedTest
    @CsvSource({
        "POST /v1/orders, true",
        "POST /v1/tunnels/{id}/enrolment-secrets, false",
        "POST /v1/teleworkers/{id}/enrolment-secrets, false"
    })
    void saysWhetherABodyIsRequired(String route, boolean required) {
        assertThat(
                        document.operation(route)
                                .node()
                                .path("requestBody")
                                .path("required")
                                .booleanValue())
                .isEqualTo(required);
    }

    @Test
    void showsNothingThatIsNotSaidOverHttp() {
        assertThat(document.root().at("/components/schemas").fieldNames())
                .toIterable()
                .doesNotContain("Caller", "BearerSecret");
        assertThat(document.root().toString()).doesNotContain("/internal");
    }

    private Stream<UriRouteInfo<?, ?>> routes() {
        return provisioner
                .bean(Router.class)
                .uriRoutes()
                .filter(route -> route.getHttpMethod() != HttpMethod.HEAD)
                .filter(
                        route ->
                                !route.getAnnotationMetadata()
                                        .hasAnnotation(OnInternalListener.class));
    }

    private static String nameOf(UriRouteInfo<?, ?> route) {
        return route.getHttpMethodName() + " " + route.getUriMatchTemplate().toPathString();
    }
}
