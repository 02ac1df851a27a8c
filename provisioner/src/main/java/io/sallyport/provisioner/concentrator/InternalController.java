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
import io.sallyport.provisioner.access.OnInternalListener;
import io.sallyport.provisioner.database.Changes;
import io.sallyport.provisioner.problem.ProblemException;
import io.sallyport.wire.MalformedWireException;
import io.sallyport.wire.ObservationReport;
import io.sallyport.wire.WireJson;
import io.swagger.v3.oas.annotations.Hidden;

import java.time.Duration;
import java.util.UUID;

/** What concentrators call, over mutual TLS; {@link InternalAccessFilter} says who may. */
@Hidden
@Controller("/internal/v1/concentrators/{id}")
@ExecuteOn(TaskExecutors.BLOCKING)
class InternalController {
    private static final Duration LONG_POLL = Duration.ofSeconds(25);

    private final DesiredStates desiredStates;
    private final Observations observations;
    private final Changes changes;

    InternalController(DesiredStates desiredStates, Observations observations, Changes changes) {
        this.desiredStates = desiredStates;
        this.observations = observations;
        this.changes = changes;
    }

    /** Answers when there is a version after this one, with 204 if there is none for 25 s. */
    @OnInternalListener
    @Get(value = "/desired", produces = MediaType.APPLICATION_JSON)
    HttpResponse<byte[]> desired(UUID id, @QueryValue(defaultValue = "0") long after)
            throws InterruptedException {
        long deadline = System.nanoTime() + LONG_POLL.toNanos();
        try (Changes.Watch watch = changes.watch(id)) {
            do {
                if (desiredStates.version(id) > after) {
                    return HttpResponse.ok(WireJson.encode(desiredStates.of(id)));
                }
            } while (watch.await(deadline));
        }
        return HttpResponse.noContent();
    }

    @OnInternalListener
    @Post(value = "/reports", consumes = MediaType.APPLICATION_JSON)
    HttpResponse<?> report(UUID id, @Body byte[] body) {
        observations.store(id, decoded(body));
        return HttpResponse.noContent();
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
