package io.sallyport.provisioner.gateway;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.sallyport.provisioner.access.NodeKind;
import io.sallyport.provisioner.access.OnInternalListener;
import io.sallyport.provisioner.database.Changes;
import io.sallyport.provisioner.problem.ProblemException;
import io.sallyport.wire.MalformedWireException;
import io.sallyport.wire.SessionReport;
import io.sallyport.wire.WireJson;
import io.swagger.v3.oas.annotations.Hidden;

import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** What gateways call, over mutual TLS; their certificates say who may. */
@Hidden
@Controller("/internal/v1/gateways/{id}")
@ExecuteOn(TaskExecutors.BLOCKING)
class GatewayInternalController {
    private static final Duration LONG_POLL = Duration.ofSeconds(25);

    private final GatewayStates states;
    private final GatewayVersions versions;
    private final GatewayReports reports;
    private final Changes changes;

    /** Whose report is being stored now. */
    private final Set<UUID> reporting = ConcurrentHashMap.newKeySet();

    GatewayInternalController(
            GatewayStates states,
            GatewayVersions versions,
            GatewayReports reports,
            Changes changes) {
        this.states = states;
        this.versions = versions;
        this.reports = reports;
        this.changes = changes;
    }

    /** Answers when there is a version after this one, with 204 if there is none for 25 s. */
    @OnInternalListener(NodeKind.GATEWAY)
    @Get(value = "/desired", produces = MediaType.APPLICATION_JSON)
    HttpResponse<byte[]> desired(@PathVariable UUID id, @QueryValue(defaultValue = "0") long after)
            throws InterruptedException {
        long deadline = System.nanoTime() + LONG_POLL.toNanos();
        try (Changes.Watch watch = changes.watch(id)) {
            long present = versions.own(id, "after", after);
            states.asked(id, present);
            do {
                if (states.version(id) > present) {
                    return HttpResponse.ok(WireJson.encode(states.of(id)));
                }
            } while (watch.await(deadline));
        }
        return HttpResponse.noContent();
    }

    /**
     * Stores one report of each gateway at a time; a second one is refused before it waits, so that
     * no gateway can take the whole connection pool.
     */
    @OnInternalListener(NodeKind.GATEWAY)
    @Post(value = "/reports", consumes = MediaType.APPLICATION_JSON)
    HttpResponse<?> report(@PathVariable UUID id, @Body byte[] body) {
        SessionReport report = decoded(body);
        if (!reporting.add(id)) {
            throw ProblemException.of(
                    ProblemException.Kind.UNAVAILABLE, "the report before is being stored");
        }
        try {
            reports.store(id, report);
        } finally {
            reporting.remove(id);
        }
        return HttpResponse.noContent();
    }

    private static SessionReport decoded(byte[] body) {
        try {
            return WireJson.decode(body, SessionReport.class);
        } catch (MalformedWireException e) {
            throw ProblemException.of(
                    ProblemException.Kind.MALFORMED_REQUEST, "body", e.getMessage());
        }
    }
}
