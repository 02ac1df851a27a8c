package io.sallyport.provisioner.node;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.web.router.RouteAttributes;
import io.micronaut.web.router.RouteMatch;
import io.sallyport.provisioner.access.NodeKind;
import io.sallyport.provisioner.access.OnInternalListener;
import io.sallyport.provisioner.authority.Certificate;
import io.sallyport.provisioner.authority.Certificates;
import io.sallyport.provisioner.problem.ProblemException;
import io.sallyport.provisioner.problem.ProblemException.Kind;

import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Looks at the certificate of every request on the internal listener before its body is read. TLS
 * has verified that the internal authority signed it; here it must also be one that we recorded and
 * did not revoke, and belong to a node of the kind that the route is for, which is the one in the
 * path if there is one. Looked up for each request, so a revocation counts at once, also on
 * connections that are open.
 */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
class NodeAccessFilter {
    private final Certificates certificates;
    private final List<NodeCertificates> nodes;
    private final Clock clock;

    NodeAccessFilter(Certificates certificates, List<NodeCertificates> nodes, Clock clock) {
        this.certificates = certificates;
        this.nodes = List.copyOf(nodes);
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
        CallingNode node =
                presented(request)
                        .flatMap(certificates::find)
                        .filter(certificate -> certificate.holdsAt(clock.instant()))
                        .flatMap(certificate -> holder(certificate, route))
                        .filter(found -> belongsToPath(found.id(), route))
                        .orElseThrow(
                                () ->
                                        ProblemException.of(
                                                Kind.FORBIDDEN,
                                                "the client certificate does not allow this"));
        CallingNodeBinder.bind(request, node);
    }

    private static Optional<X509Certificate> presented(HttpRequest<?> request) {
        return request.getCertificate()
                .filter(X509Certificate.class::isInstance)
                .map(X509Certificate.class::cast);
    }

    private Optional<CallingNode> holder(Certificate certificate, RouteMatch<?> route) {
        NodeKind kind =
                route.getAnnotationMetadata()
                        .enumValue(OnInternalListener.class, NodeKind.class)
                        .orElseThrow();
        return nodes.stream()
                .filter(each -> each.kind() == kind)
                .findFirst()
                .flatMap(each -> each.holder(certificate.id()))
                .map(id -> new CallingNode(id, certificate.id()));
    }

    /** Whether a path that names a node names this one. */
    private static boolean belongsToPath(UUID node, RouteMatch<?> route) {
        Object id = route.getVariableValues().get("id");
        return id == null || id.toString().equals(node.toString());
    }
}
