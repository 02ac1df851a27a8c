package io.sallyport.provisioner.listener;

import io.micronaut.core.annotation.Order;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.web.router.RouteAttributes;
import io.sallyport.provisioner.problem.ProblemException;

/**
 * Keeps the routes of the listeners apart, before anything else looks at a request. What counts is
 * the route that was found, because a path can be written in more than one way.
 */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
@Order(Ordered.HIGHEST_PRECEDENCE)
class ListenerFilter {
    @RequestFilter
    void separate(HttpRequest<?> request) {
        ListenerKind wanted =
                RouteAttributes.getRouteMatch(request)
                        .map(route -> ListenerKind.of(route.getAnnotationMetadata()))
                        .orElseGet(() -> ListenerKind.ofPath(request.getPath()));
        if (ConnectionOrigin.of(request).filter(wanted::equals).isEmpty()) {
            throw ProblemException.of(
                    ProblemException.Kind.NOT_FOUND, "there is nothing at this path");
        }
    }
}
