package io.sallyport.provisioner.session;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.scheduling.annotation.Scheduled;
import io.micronaut.transaction.annotation.Transactional;
import io.sallyport.provisioner.gateway.GatewayVersions;
import io.sallyport.provisioner.gateway.SessionEventListener;
import io.sallyport.provisioner.gateway.SessionsToEnd;
import io.sallyport.provisioner.problem.ProblemException;
import io.sallyport.provisioner.problem.ProblemException.Kind;
import io.sallyport.wire.GatewayState.Disconnect;
import io.sallyport.wire.SessionEvent;
import io.sallyport.wire.SessionEvent.Ended;
import io.sallyport.wire.SessionId;
import io.sallyport.wire.SessionReport;

import jakarta.inject.Singleton;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The sessions of teleworkers. Every method blocks; transactions of the caller are joined. */
@Singleton
public class Sessions implements SessionsToEnd, SessionEventListener {
    /** Time for a gateway to report an end that came by itself. */
    private static final Duration REPORTED_WITHIN = Duration.ofMinutes(10);

    private final SessionStore store;
    private final GatewayVersions versions;
    private final SecureRandom random;
    private final Clock clock;

    Sessions(SessionStore store, GatewayVersions versions, SecureRandom random, Clock clock) {
        this.store = store;
        this.versions = versions;
        this.random = random;
        this.clock = clock;
    }

    /**
     * Begins a session; ends the teleworker's oldest ones if there are too many now: who lost a
     * client that cannot say goodbye is not shut out by it. The teleworker's row is locked.
     */
    @Transactional
    public SessionId begin(NewSession granted) {
        if (granted.maximumOfUser() > 0) {
            end(
                    store.openBeyond(granted.teleworker(), granted.maximumOfUser() - 1),
                    "Ended because you logged in elsewhere.");
        }
        byte[] octets = new byte[SessionId.OCTETS];
        random.nextBytes(octets);
        SessionId id = SessionId.of(octets);
        store.insert(id, granted, clock.instant());
        return id;
    }

    /** Has all sessions of a teleworker ended. The teleworker's row is locked. */
    @Transactional
    public void endOf(UUID teleworker, String message) {
        end(store.openOf(teleworker), message);
    }

    /** Has the teleworker's sessions in other groups than these ended. Its row is locked. */
    @Transactional
    public void endOutside(UUID teleworker, List<String> groups, String message) {
        end(store.openOutside(teleworker, groups), message);
    }

    /** Has the sessions ended that a certificate opened. Its teleworker's row is locked. */
    @Transactional
    public void endOfCertificate(UUID certificate, String message) {
        end(store.openWith(certificate), message);
    }

    /** Has all sessions of a group ended. */
    @Transactional
    public void endOfGroup(UUID customer, String group, String message) {
        end(store.openOf(customer, group), message);
    }

    @Transactional(readOnly = true)
    List<TeleworkerSession> page(UUID customer, @Nullable String after, int limit) {
        return store.page(customer, after, limit);
    }

    @Transactional(readOnly = true)
    TeleworkerSession find(UUID customer, SessionId id) {
        return store.find(customer, id).orElseThrow(Sessions::unknown);
    }

    /** Has a session of a customer ended; nothing happens if it has, or was told to. */
    @Transactional
    TeleworkerSession end(UUID customer, SessionId id) {
        TeleworkerSession session = find(customer, id);
        if (session.endedAt().isEmpty() && session.endingAt().isEmpty()) {
            end(List.of(id), "Ended by your administrator.");
        }
        return find(customer, id);
    }

    @Override
    @Transactional(readOnly = true)
    public List<Disconnect> at(UUID gateway) {
        return store.toEnd(gateway);
    }

    /** {@inheritDoc} Events of sessions that are not this gateway's are passed over. */
    @Override
    @Transactional
    public void reported(UUID gateway, SessionReport report) {
        List<SessionEvent> applied = new ArrayList<>();
        boolean fewerToEnd = false;
        for (SessionEvent event : report.events()) {
            if (store.apply(gateway, event, EventColumns.of(event.change()))) {
                applied.add(event);
                fewerToEnd |= event.change() instanceof Ended && store.isEnding(event.session());
            }
        }
        store.insertEvents(applied);
        if (fewerToEnd) {
            versions.changed(List.of(gateway));
        }
    }

    /** Closes the books on sessions whose gateway never said that they ended. */
    @Transactional
    @Scheduled(fixedDelay = "5m", initialDelay = "5m")
    public void closeOverdue() {
        List<SessionId> overdue = store.overdue(clock.instant().minus(REPORTED_WITHIN));
        if (!overdue.isEmpty()) {
            // The lists of those to end get shorter.
            versions.changed(store.gateways(overdue));
            store.timedOut(overdue);
        }
    }

    private void end(List<SessionId> sessions, String message) {
        if (!sessions.isEmpty()) {
            Instant now = clock.instant();
            versions.changed(store.gateways(sessions));
            store.end(sessions, message, now);
        }
    }

    static ProblemException unknown() {
        return ProblemException.of(Kind.NOT_FOUND, "there is no such session");
    }
}
