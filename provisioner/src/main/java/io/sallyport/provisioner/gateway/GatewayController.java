package io.sallyport.provisioner.gateway;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.exceptions.DataAccessException;
import io.micronaut.http.HttpHeaders;
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
import io.sallyport.provisioner.node.NodeKeys;
import io.sallyport.provisioner.node.NodeKeys.KeysView;
import io.sallyport.provisioner.problem.ProblemException;
import io.sallyport.provisioner.problem.ProblemException.Kind;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** SSL VPN gateways: operators register them, customers see theirs. */
@Controller("/v1/gateways")
@ExecuteOn(TaskExecutors.BLOCKING)
class GatewayController {
    private final Gateways gateways;
    private final NodeKeys keys;

    GatewayController(Gateways gateways, NodeKeys keys) {
        this.gateways = gateways;
        this.keys = keys;
    }

    /** How far a gateway has come. */
    enum State {
        REGISTERED,
        ENROLLED
    }

    /** A gateway. */
    record GatewayView(
            UUID id,
            String name,
            String customer,
            String identity,
            List<String> serverNames,
            String poolV4,
            @Nullable String poolV6,
            int outerMtu,
            int dtlsPort,
            int disconnectedTimeoutSeconds,
            State state,
            Instant createdAt,
            @Nullable Instant enrolledAt,
            long desiredVersion,
            @Nullable Instant lastSeen,
            @Nullable KeysView keys) {
        static GatewayView of(Gateway gateway, Optional<KeysView> keys) {
            return new GatewayView(
                    gateway.id(),
                    gateway.name(),
                    gateway.customerName(),
                    gateway.identity().value(),
                    gateway.serverNames(),
                    gateway.poolV4().toString(),
                    gateway.poolV6().map(Object::toString).orElse(null),
                    gateway.outerMtu(),
                    gateway.dtlsPort(),
                    gateway.disconnectedTimeoutSeconds(),
                    gateway.membership().isPresent() ? State.ENROLLED : State.REGISTERED,
                    gateway.createdAt(),
                    gateway.membership().map(Gateway.Membership::enrolledAt).orElse(null),
                    gateway.desiredVersion(),
                    gateway.lastSeen().orElse(null),
                    keys.orElse(null));
        }
    }

    /**
     * A gateway that is to be enrolled.
     *
     * @param enrolmentSecret what its node enrols with; shown this once
     */
    record RegisteredGatewayView(
            UUID id,
            String name,
            String identity,
            String enrolmentSecret,
            Instant enrolmentExpiresAt) {
        @Override
        public String toString() {
            return "RegisteredGatewayView[id=%s, name=%s]".formatted(id, name);
        }
    }

    /** The gateways, by name. */
    record GatewayList(List<GatewayView> gateways) {}

    /** Registers a gateway. */
    @Allow(Role.OPERATOR)
    @Operation(operationId = "registerGateway")
    @Post
    @Status(HttpStatus.CREATED)
    HttpResponse<RegisteredGatewayView> register(@Body NewGateway body) {
        GatewayRegistration registration = GatewayRegistration.of(body);
        Gateways.Registered registered;
        try {
            registered = gateways.register(registration);
        } catch (DataAccessException e) {
            throw refused(registration, e);
        }
        return created(registered);
    }

    /**
     * Gives a new enrolment secret: the one before it was not used in time, or the node is set up
     * anew. The one before it is dead at once. A node that has enrolled goes on until the new
     * secret is used; then its certificates are revoked.
     */
    @Allow(Role.OPERATOR)
    @Operation(operationId = "renewGatewayEnrolment")
    @Post("/{id}/enrolment")
    @Status(HttpStatus.CREATED)
    HttpResponse<RegisteredGatewayView> renewEnrolment(@PathVariable UUID id) {
        return created(gateways.renewEnrolment(id).orElseThrow(GatewayController::unknown));
    }

    private static HttpResponse<RegisteredGatewayView> created(Gateways.Registered registered) {
        Gateway gateway = registered.gateway();
        return HttpResponse.created(
                        new RegisteredGatewayView(
                                gateway.id(),
                                gateway.name(),
                                gateway.identity().value(),
                                registered.secret().reveal(),
                                registered.expiresAt()),
                        URI.create("/v1/gateways/" + gateway.id()))
                .header(HttpHeaders.CACHE_CONTROL, "no-store");
    }

    /** Lists gateways: to an operator all, to a customer its own. */
    @Allow({Role.OPERATOR, Role.CUSTOMER})
    @Operation(operationId = "listGateways")
    @Get
    GatewayList list(@Parameter(hidden = true) Caller caller) {
        List<Gateway> visible =
                switch (caller) {
                    case Caller.Operator _ -> gateways.all();
                    case Caller.Customer(var customer) -> gateways.of(customer);
                };
        return new GatewayList(visible.stream().map(this::view).toList());
    }

    /** Shows one gateway. */
    @Allow({Role.OPERATOR, Role.CUSTOMER})
    @Operation(operationId = "showGateway")
    @Get("/{id}")
    GatewayView show(@Parameter(hidden = true) Caller caller, @PathVariable UUID id) {
        return gateways.find(id)
                .filter(
                        gateway ->
                                switch (caller) {
                                    case Caller.Operator _ -> true;
                                    case Caller.Customer(var customer) ->
                                            gateway.customer().equals(customer);
                                })
                .map(this::view)
                .orElseThrow(GatewayController::unknown);
    }

    private GatewayView view(Gateway gateway) {
        return GatewayView.of(gateway, keys.view(gateway.id()));
    }

    private static ProblemException unknown() {
        return ProblemException.of(Kind.NOT_FOUND, "there is no such gateway");
    }

    private static RuntimeException refused(
            GatewayRegistration registration, DataAccessException e) {
        if (ConstraintViolation.is("gateway_name_unique", e)) {
            return ProblemException.of(
                    Kind.CONFLICT,
                    "name",
                    "there is a gateway named %s".formatted(registration.name()));
        }
        if (ConstraintViolation.is("gateway_pool_v4_overlap", e)) {
            return overlap("poolV4");
        }
        if (ConstraintViolation.is("gateway_pool_v6_overlap", e)) {
            return overlap("poolV6");
        }
        return e;
    }

    private static ProblemException overlap(String field) {
        return ProblemException.of(
                Kind.CONFLICT, field, "overlaps the pool of another gateway of the customer");
    }
}
