package io.sallyport.provisioner.session;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.sallyport.provisioner.access.Allow;
import io.sallyport.provisioner.access.Caller;
import io.sallyport.provisioner.access.Role;
import io.sallyport.provisioner.problem.FieldErrors;
import io.sallyport.provisioner.session.TeleworkerSession.State;
import io.sallyport.wire.SessionEvent.Channel;
import io.sallyport.wire.SessionEvent.Counters;
import io.sallyport.wire.SessionEvent.EndReason;
import io.sallyport.wire.SessionId;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Sessions of a customer's teleworkers. */
@Controller("/v1/teleworker-sessions")
@ExecuteOn(TaskExecutors.BLOCKING)
class SessionController {
    private static final int PAGE_AT_MOST = 500;

    private final Sessions sessions;

    SessionController(Sessions sessions) {
        this.sessions = sessions;
    }

    /** A session. */
    record SessionView(
            String id,
            UUID gateway,
            UUID teleworker,
            String username,
            String group,
            State state,
            Channel channel,
            Instant createdAt,
            Instant notAfter,
            String source,
            @Nullable String innerV4,
            @Nullable String innerV6,
            long octetsFromClient,
            long octetsToClient,
            long packetsFromClient,
            long packetsToClient,
            @Nullable Instant lastEventAt,
            @Nullable Instant endedAt,
            @Nullable EndReason endReason) {
        static SessionView of(TeleworkerSession session) {
            Counters carried = session.carried();
            return new SessionView(
                    session.id().hex(),
                    session.gateway(),
                    session.teleworker(),
                    session.username(),
                    session.group(),
                    session.state(),
                    session.channel(),
                    session.createdAt(),
                    session.notAfter(),
                    session.source(),
                    session.innerV4().orElse(null),
                    session.innerV6().orElse(null),
                    carried.octetsFromClient(),
                    carried.octetsToClient(),
                    carried.packetsFromClient(),
                    carried.packetsToClient(),
                    session.lastEventAt().orElse(null),
                    session.endedAt().orElse(null),
                    session.endReason().orElse(null));
        }
    }

    /**
     * A page of sessions.
     *
     * @param next what to pass as {@code after} for the next page; null on the last one
     */
    record SessionList(List<SessionView> sessions, @Nullable String next) {}

    /** The sessions that have not ended, in the order of their ids. */
    @Operation(operationId = "listTeleworkerSessions")
    @Get
    @Allow(Role.CUSTOMER)
    SessionList list(
            @Parameter(hidden = true) Caller caller,
            @QueryValue @Nullable String after,
            @QueryValue(defaultValue = "100") int limit) {
        FieldErrors errors = new FieldErrors();
        if (limit < 1 || limit > PAGE_AT_MOST) {
            errors.add("limit", "expected 1 to %d, got %d".formatted(PAGE_AT_MOST, limit));
        }
        if (after != null) {
            errors.required("after", after, SessionId::new);
        }
        errors.throwIfAny();
        List<TeleworkerSession> page = sessions.page(caller.requireCustomer().id(), after, limit);
        return new SessionList(
                page.stream().map(SessionView::of).toList(),
                page.size() < limit ? null : page.getLast().id().hex());
    }

    /** Shows one session, also after its end. */
    @Operation(operationId = "showTeleworkerSession")
    @Get("/{id}")
    @Allow(Role.CUSTOMER)
    SessionView show(@Parameter(hidden = true) Caller caller, @PathVariable String id) {
        return SessionView.of(sessions.find(caller.requireCustomer().id(), parsed(id)));
    }

    /** Ends a session. It is over when its gateway says so, which the state tells. */
    @Operation(operationId = "endTeleworkerSession")
    @Delete("/{id}")
    @Allow(Role.CUSTOMER)
    @Status(HttpStatus.ACCEPTED)
    HttpResponse<SessionView> end(
            @Parameter(hidden = true) Caller caller, @PathVariable String id) {
        return HttpResponse.accepted()
                .body(SessionView.of(sessions.end(caller.requireCustomer().id(), parsed(id))));
    }

    private static SessionId parsed(String id) {
        try {
            return new SessionId(id);
        } catch (IllegalArgumentException _) {
            throw Sessions.unknown();
        }
    }
}
