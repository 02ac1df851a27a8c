package io.sallyport.provisioner.listener;

import io.micronaut.core.annotation.Order;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.web.router.RouteAttributes;
import io.sallyport.provisioner.access.OnInternalListener;
import io.sallyport.provisioner.problem.ProblemException;

/**
 * Keeps the routes of the two listeners apart, before anything else looks at a request. The
 * internal listener asks every client for a certificate and the other one asks nobody: whether
 * there is one says where the request came in. What counts is the route that was found, because a
 * path can be written in more than one way.
 */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
@Order(Ordered.HIGHEST_PRECEDENCE)
class ListenerFilter {
    @RequestFilter
    void separate(HttpRequest<?> request) {
        boolean internalListener = request.getCertificate().isPresent();
        boolean internalRoute =
                RouteAttributes.getRouteMatch(request)
                        .map(
                                route ->
                                        route.getAnnotationMetadata()
                                                .hasAnnotation(OnInternalListener.class))
                        // Without a route a path may still exist, with another method.
                        .orElseGet(() -> request.getPath().startsWith("/internal/"));
        if (internalListener != internalRoute) {
            throw ProblemException.of(
                    ProblemException.Kind.NOT_FOUND, "there is nothing at this path");
        }
    }
}
