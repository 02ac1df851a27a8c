package io.sallyport.provisioner.tunnel;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.sallyport.provisioner.access.Allow;
import io.sallyport.provisioner.access.Caller;
import io.sallyport.provisioner.access.Role;
import io.sallyport.provisioner.preference.WaitPreference;
import io.sallyport.provisioner.problem.FieldErrors;
import io.sallyport.provisioner.truth.Evidence;
import io.sallyport.provisioner.truth.TunnelEvidence;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** A customer's tunnels. */
@Controller("/v1/tunnels")
@ExecuteOn(TaskExecutors.BLOCKING)
class TunnelController {
    private static final int PAGE_AT_MOST = 500;
    private static final Instant EARLIEST = Instant.EPOCH;
    private static final Instant BEFORE = Instant.parse("+10000-01-01T00:00:00Z");
    // A year and the month that it is looked at in.
    private static final Duration PERIOD_AT_MOST = Duration.ofDays(400);

    private final Tunnels tunnels;
    private final TunnelEvidence evidence;
    private final HandOut handOut;
    private final Clock clock;

    TunnelController(Tunnels tunnels, TunnelEvidence evidence, HandOut handOut, Clock clock) {
        this.tunnels = tunnels;
        this.evidence = evidence;
        this.handOut = handOut;
        this.clock = clock;
    }

    /**
     * A page of tunnels.
     *
     * @param next what to pass as {@code after} for the next page; null on the last one
     */
    record TunnelList(List<TunnelView> tunnels, @Nullable UUID next) {}

    /** The customer's tunnels in the order of their ids; ended ones are listed too. */
    @Operation(operationId = "listTunnels")
    @Get
    @Allow(Role.CUSTOMER)
    TunnelList list(
            @Parameter(hidden = true) Caller caller,
            @QueryValue @Nullable UUID after,
            @QueryValue(defaultValue = "100") int limit) {
        if (limit < 1 || limit > PAGE_AT_MOST) {
            FieldErrors errors = new FieldErrors();
            errors.add("limit", "expected 1 to %d, got %d".formatted(PAGE_AT_MOST, limit));
            errors.throwIfAny();
        }
        List<Tunnel> page = tunnels.page(caller.requireCustomer().id(), after, limit);
        Map<UUID, Evidence> known = evidence.of(page.stream().map(Tunnel::id).toList());
        Instant now = clock.instant();
        return new TunnelList(
                page.stream()
                        .map(tunnel -> TunnelView.of(tunnel, known.get(tunnel.id()), now))
                        .toList(),
                page.size() < limit ? null : page.getLast().id());
    }

    /** What is known of a tunnel. */
    @Operation(operationId = "showTunnel")
    @Get("/{id}")
    @Allow(Role.CUSTOMER)
    TunnelView show(@Parameter(hidden = true) Caller caller, @PathVariable UUID id) {
        return view(tunnels.find(caller.requireCustomer().id(), id));
    }

    /** Ends the tunnel. It is gone when its concentrator says so, which the state tells. */
    @Operation(operationId = "endTunnel")
    @Delete("/{id}")
    @Allow(Role.CUSTOMER)
    @Status(HttpStatus.ACCEPTED)
    HttpResponse<TunnelView> end(@Parameter(hidden = true) Caller caller, @PathVariable UUID id) {
        return HttpResponse.accepted().body(view(tunnels.end(caller.requireCustomer().id(), id)));
    }

    /**
     * Every file that the branch's device needs. A key that was made here comes once. If that
     * answer was lost, the key is lost with it: end the tunnel and order it again.
     *
     * @param early also while the concentrator still loads the connection, to get the device ready
     *     meanwhile: {@code setup.sh prepare} may be run at once, {@code setup.sh dial} when the
     *     order is READY. A branch that dials before is turned away and may stay down.
     * @param prefer {@code wait=N} (RFC 7240 section 4.3): answer when it can be handed out, or
     *     after N seconds, 30 at most
     */
    @Operation(operationId = "handOutDeviceConfiguration")
    // The framework would answer HEAD too, by this method: the key would be given to nobody.
    @Get(value = "/{id}/device-configuration", headRoute = false)
    @Allow(Role.CUSTOMER)
    HttpResponse<DeviceConfigurationView> deviceConfiguration(
            @Parameter(hidden = true) Caller caller,
            @PathVariable UUID id,
            @QueryValue(defaultValue = "false") boolean early,
            @Header("Prefer") @Nullable String prefer)
            throws InterruptedException {
        UUID customer = caller.requireCustomer().id();
        Optional<Duration> patience = Optional.ofNullable(prefer).flatMap(WaitPreference::parse);
        HandOut.HandedOut handedOut =
                patience.isEmpty()
                        ? handOut.configuration(customer, id, early)
                        : handOut.await(customer, id, early, patience.get());
        MutableHttpResponse<DeviceConfigurationView> answer =
                HttpResponse.ok(DeviceConfigurationView.of(handedOut))
                        .header(HttpHeaders.CACHE_CONTROL, "no-store");
        return patience.map(wait -> answer.header("Preference-Applied", "wait=" + wait.toSeconds()))
                .orElse(answer);
    }

    /** How long the tunnel carried traffic, of the time in which it was watched. */
    @Operation(operationId = "showTunnelAvailability")
    @Get("/{id}/availability")
    @Allow(Role.CUSTOMER)
    @Parameter(
            name = "from",
            in = ParameterIn.QUERY,
            required = true,
            description = "RFC 3339, 1970 to 9999",
            schema = @Schema(implementation = String.class))
    @Parameter(
            name = "to",
            in = ParameterIn.QUERY,
            required = true,
            description = "RFC 3339, 400 days after from at most",
            schema = @Schema(implementation = String.class))
    AvailabilityView availability(
            @Parameter(hidden = true) Caller caller,
            @PathVariable UUID id,
            @Parameter(hidden = true) @QueryValue @Nullable String from,
            @Parameter(hidden = true) @QueryValue @Nullable String to) {
        tunnels.find(caller.requireCustomer().id(), id);
        FieldErrors errors = new FieldErrors();
        Optional<Instant> begin = errors.required("from", from, TunnelController::instant);
        Optional<Instant> end = errors.required("to", to, TunnelController::instant);
        if (begin.isPresent() && end.isPresent()) {
            Duration period = Duration.between(begin.get(), end.get());
            if (period.isNegative()) {
                errors.add("to", "expected a time that is not before from");
            } else if (period.compareTo(PERIOD_AT_MOST) > 0) {
                errors.add(
                        "to",
                        "expected a time at most %d days after from"
                                .formatted(PERIOD_AT_MOST.toDays()));
            }
        }
        errors.throwIfAny();
        return AvailabilityView.of(
                evidence.availability(id, begin.orElseThrow(), end.orElseThrow()));
    }

    private TunnelView view(Tunnel tunnel) {
        return TunnelView.of(
                tunnel, evidence.of(List.of(tunnel.id())).get(tunnel.id()), clock.instant());
    }

    private static Instant instant(String text) {
        Instant instant;
        try {
            instant = OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("expected a time such as 2026-01-31T12:00:00Z", e);
        }
        if (instant.isBefore(EARLIEST) || !instant.isBefore(BEFORE)) {
            throw new IllegalArgumentException("expected a year from 1970 to 9999");
        }
        return instant;
    }
}
