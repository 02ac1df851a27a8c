package io.sallyport.provisioner.concentrator;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.sallyport.provisioner.access.NodeKind;
import io.sallyport.provisioner.access.OnInternalListener;
import io.sallyport.provisioner.database.Changes;
import io.sallyport.provisioner.problem.ProblemException;
import io.sallyport.wire.DesiredState;
import io.sallyport.wire.MalformedWireException;
import io.sallyport.wire.ObservationReport;
import io.sallyport.wire.WireJson;
import io.swagger.v3.oas.annotations.Hidden;

import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** What concentrators call, over mutual TLS; their certificates say who may. */
@Hidden
@Controller("/internal/v1/concentrators/{id}")
@ExecuteOn(TaskExecutors.BLOCKING)
class InternalController {
    private static final Duration LONG_POLL = Duration.ofSeconds(25);

    private final DesiredStates desiredStates;
    private final RestoredVersions versions;
    private final Observations observations;
    private final Changes changes;

    /** Whose report is being stored now. */
    private final Set<UUID> reporting = ConcurrentHashMap.newKeySet();

    InternalController(
            DesiredStates desiredStates,
            RestoredVersions versions,
            Observations observations,
            Changes changes) {
        this.desiredStates = desiredStates;
        this.versions = versions;
        this.observations = observations;
        this.changes = changes;
    }

    /** Answers when there is a version after this one, with 204 if there is none for 25 s. */
    @OnInternalListener(NodeKind.CONCENTRATOR)
    @Get(value = "/desired", produces = MediaType.APPLICATION_JSON)
    HttpResponse<byte[]> desired(UUID id, @QueryValue(defaultValue = "0") long after)
            throws InterruptedException {
        long deadline = System.nanoTime() + LONG_POLL.toNanos();
        try (Changes.Watch watch = changes.watch(id)) {
            long present = versions.own(id, "after", after);
            if (desiredStates.version(id) > present) {
                return answer(desiredStates.of(id));
            }
            while (watch.await(deadline)) {
                // Whoever is woken is woken by a new version, except when nobody listens.
                DesiredState desired = desiredStates.of(id);
                if (desired.version() > present) {
                    return answer(desired);
                }
            }
        }
        return HttpResponse.noContent();
    }

    /**
     * Stores one report of each concentrator at a time; a second one is refused before it waits, so
     * that no concentrator can take the whole connection pool.
     */
    @OnInternalListener(NodeKind.CONCENTRATOR)
    @Post(value = "/reports", consumes = MediaType.APPLICATION_JSON)
    HttpResponse<?> report(UUID id, @Body byte[] body) {
        ObservationReport report = decoded(body);
        if (!reporting.add(id)) {
            throw ProblemException.of(
                    ProblemException.Kind.UNAVAILABLE, "the report before is being stored");
        }
        try {
            observations.store(id, report);
        } finally {
            reporting.remove(id);
        }
        return HttpResponse.noContent();
    }

    private static HttpResponse<byte[]> answer(DesiredState desired) {
        return HttpResponse.ok(WireJson.encode(desired));
    }

    private static ObservationReport decoded(byte[] body) {
        try {
            return WireJson.decode(body, ObservationReport.class);
        } catch (MalformedWireException e) {
            throw ProblemException.of(
                    ProblemException.Kind.MALFORMED_REQUEST, "body", e.getMessage());
        }
    }
}
