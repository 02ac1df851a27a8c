package io.sallyport.gateway.admin;

import io.sallyport.gateway.session.SessionView;
import io.sallyport.wire.SessionId;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What an operator can ask of the gateway. Thread-safe. */
public interface Operations {
    /** All sessions, the oldest first. */
    List<SessionView> sessions();

    /** Ends a session; its client shows the message. @return false if there is none */
    boolean disconnect(SessionId session, String message);

    /** Ends the sessions of a user. @return how many there were */
    int disconnectUser(String username, String message);

    /**
     * Takes no logins from now on; when the time is over, ends all sessions with the message, and
     * then the process.
     */
    void drain(Duration after, String message);

    /** All metrics, as text. */
    String metrics();

    /** What keeps the gateway from its work; empty if nothing does. */
    Optional<String> trouble();
}
