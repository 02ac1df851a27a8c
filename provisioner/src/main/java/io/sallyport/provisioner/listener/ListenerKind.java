package io.sallyport.provisioner.listener;

import io.micronaut.core.annotation.AnnotationMetadata;
import io.sallyport.provisioner.access.OnEnrolmentListener;
import io.sallyport.provisioner.access.OnInternalListener;

/** The listeners; each route belongs to one of them. */
enum ListenerKind {
    /** Customers and operators; asks no client for a certificate. */
    API,
    /** Nodes; asks every client for a certificate of the internal authority. */
    INTERNAL,
    /**
     * Devices of branches and teleworkers; a client may show a certificate of the authority for
     * sites or for teleworkers.
     */
    ENROLMENT;

    /** Where a route with these annotations is. */
    static ListenerKind of(AnnotationMetadata route) {
        if (route.hasAnnotation(OnInternalListener.class)) {
            return INTERNAL;
        }
        return route.hasAnnotation(OnEnrolmentListener.class) ? ENROLMENT : API;
    }

    /** Where a path without a route would be: it may exist with another method. */
    static ListenerKind ofPath(String path) {
        if (path.startsWith("/internal/")) {
            return INTERNAL;
        }
        return path.startsWith("/.well-known/est/") ? ENROLMENT : API;
    }
}
