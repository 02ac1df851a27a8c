package io.sallyport.provisioner.listener;

import io.micronaut.core.annotation.Order;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.sallyport.provisioner.problem.ProblemException;

/**
 * Keeps the paths of the two listeners apart, before anything else looks at a request. The internal
 * listener asks every client for a certificate and the other one asks nobody: whether there is one
 * says where the request came in.
 */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
@Order(Ordered.HIGHEST_PRECEDENCE)
class ListenerFilter {
    private static final String INTERNAL_PATHS = "/internal/";

    @RequestFilter
    void separate(HttpRequest<?> request) {
        boolean internalListener = request.getCertificate().isPresent();
        boolean internalPath = request.getPath().startsWith(INTERNAL_PATHS);
        if (internalListener != internalPath) {
            throw ProblemException.of(
                    ProblemException.Kind.NOT_FOUND, "there is nothing at this path");
        }
    }
}
