package io.sallyport.provisioner.concentrator;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.exceptions.DataAccessException;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.sallyport.provisioner.access.Allow;
import io.sallyport.provisioner.access.Role;
import io.sallyport.provisioner.configuration.Configuration;
import io.sallyport.provisioner.database.ConstraintViolation;
import io.sallyport.provisioner.node.NodeKeys;
import io.sallyport.provisioner.node.NodeKeys.KeysView;
import io.sallyport.provisioner.problem.ProblemException;
import io.sallyport.wire.ObservationReport.CharonState;
import io.sallyport.wire.ObservationReport.EspMode;
import io.swagger.v3.oas.annotations.Operation;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** What operators do with concentrators. */
@Controller("/v1/concentrators")
@ExecuteOn(TaskExecutors.BLOCKING)
class ConcentratorController {
    private final Concentrators concentrators;
    private final NodeKeys keys;
    private final Configuration configuration;

    ConcentratorController(
            Concentrators concentrators, NodeKeys keys, Configuration configuration) {
        this.concentrators = concentrators;
        this.keys = keys;
        this.configuration = configuration;
    }

    /**
     * A concentrator to be registered.
     *
     * @param name one DNS label
     * @param ikeAddress address on which branches reach it
     * @param protectedNetworks what branches reach through it, in CIDR notation
     * @param probeSource an address of the node in a protected network
     */
    record NewConcentrator(
            @Nullable String name,
            @Nullable String ikeAddress,
            @Nullable List<String> protectedNetworks,
            @Nullable String probeSource) {}

    /** How far a concentrator has come. */
    enum State {
        REGISTERED,
        ENROLLED
    }

    /** The daemon of a concentrator, as the last report said. */
    record CharonView(
            CharonState state, @Nullable String version, EspMode espMode, Instant since) {}

    /**
     * A concentrator.
     *
     * @param charon null before the first report
     * @param keys null until it enrolled
     */
    record ConcentratorView(
            UUID id,
            String name,
            String identity,
            String ikeAddress,
            List<String> protectedNetworks,
            String probeSource,
            State state,
            Instant createdAt,
            @Nullable Instant enrolledAt,
            long desiredVersion,
            @Nullable Long appliedVersion,
            @Nullable Instant lastSeen,
            @Nullable CharonView charon,
            @Nullable KeysView keys) {}

    /**
     * A concentrator that is to be enrolled.
     *
     * @param enrolmentSecret what its node enrols with; shown this once
     */
    record RegisteredView(
            UUID id,
            String name,
            String identity,
            String enrolmentSecret,
            Instant enrolmentExpiresAt) {
        @Override
        public String toString() {
            return "RegisteredView[id=%s, name=%s]".formatted(id, name);
        }
    }

    /** The concentrators, by name. */
    record ConcentratorList(List<ConcentratorView> concentrators) {}

    /** Registers a concentrator. */
    @Allow(Role.OPERATOR)
    @Operation(operationId = "registerConcentrator")
    @Post
    @Status(HttpStatus.CREATED)
    HttpResponse<RegisteredView> register(@Body NewConcentrator body) {
        Registration registration =
                Registration.of(
                        body.name(),
                        body.ikeAddress(),
                        body.protectedNetworks(),
                        body.probeSource(),
                        configuration.probePool());
        Concentrators.Registered registered;
        try {
            registered = concentrators.register(registration);
        } catch (DataAccessException e) {
            // Two at once: the constraint decides.
            if (ConstraintViolation.is("concentrator_name_unique", e)) {
                throw Concentrators.nameTaken(registration.name());
            }
            throw e;
        }
        return created(registered);
    }

    /**
     * Gives a new enrolment secret: the one before it was not used in time, or the node is set up
     * anew. The one before it is dead at once. A node that has enrolled goes on until the new
     * secret is used; then its certificates are revoked.
     */
    @Allow(Role.OPERATOR)
    @Operation(operationId = "renewConcentratorEnrolment")
    @Post("/{id}/enrolment")
    @Status(HttpStatus.CREATED)
    HttpResponse<RegisteredView> renewEnrolment(UUID id) {
        return created(concentrators.renewEnrolment(id));
    }

    private static HttpResponse<RegisteredView> created(Concentrators.Registered registered) {
        Concentrator concentrator = registered.concentrator();
        return HttpResponse.created(
                        new RegisteredView(
                                concentrator.id(),
                                concentrator.name(),
                                concentrator.identity().value(),
                                registered.secret().reveal(),
                                registered.expiresAt()),
                        URI.create("/v1/concentrators/" + concentrator.id()))
                .header(HttpHeaders.CACHE_CONTROL, "no-store");
    }

    /** Lists all concentrators. */
    @Allow(Role.OPERATOR)
    @Operation(operationId = "listConcentrators")
    @Get
    ConcentratorList list() {
        return new ConcentratorList(concentrators.all().stream().map(this::view).toList());
    }

    /** Shows one concentrator. */
    @Allow(Role.OPERATOR)
    @Operation(operationId = "showConcentrator")
    @Get("/{id}")
    ConcentratorView show(UUID id) {
        return concentrators
                .find(id)
                .map(this::view)
                .orElseThrow(
                        () ->
                                ProblemException.of(
                                        ProblemException.Kind.NOT_FOUND,
                                        "there is no such concentrator"));
    }

    private ConcentratorView view(Concentrator concentrator) {
        return new ConcentratorView(
                concentrator.id(),
                concentrator.name(),
                concentrator.identity().value(),
                concentrator.ikeAddress().toString(),
                concentrator.protectedNetworks().stream().map(Object::toString).toList(),
                concentrator.probeSource().toString(),
                concentrator.enrolledAt() == null ? State.REGISTERED : State.ENROLLED,
                concentrator.createdAt(),
                concentrator.enrolledAt(),
                concentrator.desiredVersion(),
                concentrator.appliedVersion(),
                concentrator.lastSeen(),
                concentrator.charonState() == null
                        ? null
                        : new CharonView(
                                concentrator.charonState(),
                                concentrator.charonVersion(),
                                concentrator.espMode(),
                                concentrator.charonSince()),
                keys.view(concentrator.id()).orElse(null));
    }
}
