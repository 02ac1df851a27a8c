package io.sallyport.provisioner.access;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.web.router.RouteAttributes;
import io.micronaut.web.router.RouteMatch;
import io.sallyport.provisioner.problem.ProblemException;

import java.util.Arrays;

/**
 * Looks at the token of every request before its body is read. A path without a route is answered
 * as such, with or without a token: which routes there are is no secret.
 */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
class AccessFilter {
    private final Tokens tokens;

    AccessFilter(Tokens tokens) {
        this.tokens = tokens;
    }

    @RequestFilter
    @ExecuteOn(TaskExecutors.BLOCKING)
    void check(HttpRequest<?> request) {
        RouteMatch<?> route = RouteAttributes.getRouteMatch(request).orElse(null);
        if (route == null
                || route.getAnnotationMetadata().hasAnnotation(Open.class)
                || route.getAnnotationMetadata().hasAnnotation(OnInternalListener.class)
                || route.getAnnotationMetadata().hasAnnotation(OnEnrolmentListener.class)) {
            return;
        }
        Caller caller = tokens.holder(secret(request));
        Role[] allowed = route.getAnnotationMetadata().enumValues(Allow.class, Role.class);
        if (!Arrays.asList(allowed).contains(caller.role())) {
            throw ProblemException.of(
                    ProblemException.Kind.FORBIDDEN, "the token's role may not do this");
        }
        CallerBinder.bind(request, caller);
    }

    private static BearerSecret secret(HttpRequest<?> request) {
        String header = request.getHeaders().get(HttpHeaders.AUTHORIZATION);
        if (header == null) {
            throw ProblemException.of(
                    ProblemException.Kind.UNAUTHENTICATED,
                    "expected a header \"Authorization: Bearer TOKEN\"");
        }
        return BearerSecret.ofHeader(header)
                .orElseThrow(
                        () ->
                                ProblemException.of(
                                        ProblemException.Kind.UNAUTHENTICATED,
                                        "the token is not known"));
    }
}
