package io.sallyport.provisioner.concentrator;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.web.router.RouteAttributes;
import io.micronaut.web.router.RouteMatch;
import io.sallyport.provisioner.access.OnInternalListener;
import io.sallyport.provisioner.authority.Certificate;
import io.sallyport.provisioner.authority.Certificates;
import io.sallyport.provisioner.problem.ProblemException;
import io.sallyport.provisioner.problem.ProblemException.Kind;

import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;

/**
 * Looks at the certificate of every request on the internal listener before its body is read. TLS
 * has verified that the internal authority signed it; here it must also be one that we recorded and
 * did not revoke, and belong to the concentrator in the path. Looked up for each request, so a
 * revocation counts at once, also on connections that are open.
 */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
class InternalAccessFilter {
    private final Certificates certificates;
    private final Concentrators concentrators;
    private final Clock clock;

    InternalAccessFilter(Certificates certificates, Concentrators concentrators, Clock clock) {
        this.certificates = certificates;
        this.concentrators = concentrators;
        this.clock = clock;
    }

    @RequestFilter
    @ExecuteOn(TaskExecutors.BLOCKING)
    void check(HttpRequest<?> request) {
        RouteMatch<?> route = RouteAttributes.getRouteMatch(request).orElse(null);
        if (route == null
                || !route.getAnnotationMetadata().hasAnnotation(OnInternalListener.class)) {
            return;
        }
        boolean allowed =
                presented(request)
                        .flatMap(certificates::find)
                        .filter(certificate -> certificate.holdsAt(clock.instant()))
                        .filter(certificate -> belongsToPath(certificate, route))
                        .isPresent();
        if (!allowed) {
            throw ProblemException.of(Kind.FORBIDDEN, "the client certificate does not allow this");
        }
    }

    private static Optional<X509Certificate> presented(HttpRequest<?> request) {
        return request.getCertificate()
                .filter(X509Certificate.class::isInstance)
                .map(X509Certificate.class::cast);
    }

    private boolean belongsToPath(Certificate certificate, RouteMatch<?> route) {
        return Optional.ofNullable(route.getVariableValues().get("id"))
                .flatMap(id -> concentrator(id.toString()))
                .filter(found -> certificate.id().equals(found.clientCertificate()))
                .isPresent();
    }

    private Optional<Concentrator> concentrator(String id) {
        try {
            return concentrators.find(UUID.fromString(id));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
