package io.sallyport.provisioner.rotation;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.exceptions.DataAccessException;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.sallyport.provisioner.access.Allow;
import io.sallyport.provisioner.access.Caller;
import io.sallyport.provisioner.access.Role;
import io.sallyport.provisioner.database.ConstraintViolation;
import io.sallyport.provisioner.problem.ProblemException;
import io.sallyport.provisioner.rotation.Rotation.State;
import io.sallyport.provisioner.rotation.Rotation.Target;
import io.sallyport.provisioner.rotation.Rotation.TargetState;
import io.sallyport.provisioner.rotation.Rotation.Wave;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.responses.ApiResponse;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;

/** Keys changed for many at once, without an outage. */
@Controller("/v1/rotations")
@ExecuteOn(TaskExecutors.BLOCKING)
class RotationController {
    private final Rotations rotations;

    RotationController(Rotations rotations) {
        this.rotations = rotations;
    }

    /**
     * Something that is changed, and how far it is.
     *
     * @param lostPackets of the probes, one a second, while its wave ran; null where none are
     *     counted, as of a concentrator or a gateway itself
     */
    record TargetView(
            UUID id, String name, TargetState state, String detail, @Nullable Long lostPackets) {
        static TargetView of(Target target) {
            return new TargetView(
                    target.id(),
                    target.name(),
                    target.state(),
                    target.detail(),
                    target.measuredLoss().isPresent()
                            ? Long.valueOf(target.measuredLoss().getAsLong())
                            : null);
        }
    }

    /**
     * What is changed together.
     *
     * @param lostPackets of the probes, one a second to each tunnel, from its start to its end;
     *     null if none were counted
     */
    record WaveView(
            int number,
            List<TargetView> targets,
            @Nullable Instant startedAt,
            @Nullable Instant finishedAt,
            @Nullable Long lostPackets) {
        static WaveView of(Wave wave) {
            List<TargetView> targets = wave.targets().stream().map(TargetView::of).toList();
            return new WaveView(
                    wave.number(),
                    targets,
                    wave.startedAt(),
                    wave.finishedAt(),
                    sum(targets.stream().map(TargetView::lostPackets)));
        }
    }

    /**
     * A rotation.
     *
     * @param plan what is done, in words
     * @param lostPackets of the probes, one a second to each tunnel, while its wave ran; null if
     *     none were counted, as where gateways alone are changed
     * @param cause why it was stopped; null if it was not
     * @param begunBy the operator's token, by the first 12 hexadecimal digits of its SHA-256
     * @param abortedBy the same; null if nobody aborted it
     */
    record RotationView(
            UUID id,
            Kind kind,
            State state,
            Instant startedAt,
            @Nullable Instant finishedAt,
            List<String> plan,
            List<WaveView> waves,
            @Nullable Long lostPackets,
            @Nullable String cause,
            @Nullable String begunBy,
            @Nullable String abortedBy) {
        static RotationView of(Rotation rotation) {
            List<WaveView> waves = rotation.waves().stream().map(WaveView::of).toList();
            return new RotationView(
                    rotation.id(),
                    rotation.kind(),
                    rotation.state(),
                    rotation.startedAt(),
                    rotation.finishedAt(),
                    RotationPlan.words(rotation.waves()),
                    waves,
                    sum(waves.stream().map(WaveView::lostPackets)),
                    rotation.cause(),
                    rotation.begunBy(),
                    rotation.abortedBy());
        }
    }

    /** Of those that were measured; null if none was. */
    @Nullable
    private static Long sum(Stream<Long> counts) {
        return counts.filter(Objects::nonNull).reduce(Long::sum).orElse(null);
    }

    /** The rotations, the newest first. */
    record RotationList(List<RotationView> rotations) {}

    /** Begins a rotation, or only says what it would do (dryRun, answered with 200). */
    @Allow(Role.OPERATOR)
    @Operation(operationId = "beginRotation")
    @ApiResponse(responseCode = "200", description = "what it would do", useReturnTypeSchema = true)
    @ApiResponse(responseCode = "201", description = "it has begun", useReturnTypeSchema = true)
    @Post
    @Status(HttpStatus.CREATED)
    HttpResponse<RotationView> begin(
            @Body NewRotation body, @Parameter(hidden = true) Caller caller) {
        RotationView view;
        try {
            view = RotationView.of(rotations.begin(body, caller));
        } catch (DataAccessException e) {
            if (ConstraintViolation.is("rotation_under_way", e)) {
                throw ProblemException.of(
                        ProblemException.Kind.CONFLICT, "another rotation is under way");
            }
            throw e;
        }
        return view.state() == State.PLANNED
                ? HttpResponse.ok(view)
                : HttpResponse.created(view, URI.create("/v1/rotations/" + view.id()));
    }

    /** Lists all rotations. */
    @Allow(Role.OPERATOR)
    @Operation(operationId = "listRotations")
    @Get
    RotationList list() {
        return new RotationList(rotations.all().stream().map(RotationView::of).toList());
    }

    /** Shows one rotation. */
    @Allow(Role.OPERATOR)
    @Operation(operationId = "showRotation")
    @Get("/{id}")
    RotationView show(@PathVariable UUID id) {
        return rotations.find(id).map(RotationView::of).orElseThrow(Rotations::unknown);
    }

    /** Stops a rotation: the former keys are put back in use, every tunnel stays up. */
    @Allow(Role.OPERATOR)
    @Operation(operationId = "abortRotation")
    @Post("/{id}/abort")
    @Status(HttpStatus.ACCEPTED)
    RotationView abort(@PathVariable UUID id, @Parameter(hidden = true) Caller caller) {
        return RotationView.of(rotations.abort(id, caller));
    }
}
