package io.sallyport.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * Something happened to a teleworker's session.
 *
 * @param session which
 * @param sequence grows within the session, also over a restart of the gateway; gaps are allowed.
 *     An event with a number not above the last one stored was stored already.
 * @param at when
 * @param channel what carries packets to the client from now on
 * @param carried what was carried since the event before: each octet is in one event
 * @param change what happened
 */
public record SessionEvent(
        SessionId session,
        long sequence,
        Instant at,
        Channel channel,
        Counters carried,
        Change change) {

    /**
     * @throws IllegalArgumentException if the sequence is not positive
     */
    public SessionEvent {
        Objects.requireNonNull(session, "session");
        Objects.requireNonNull(at, "at");
        Objects.requireNonNull(channel, "channel");
        Objects.requireNonNull(carried, "carried");
        Objects.requireNonNull(change, "change");
        if (sequence < 1) {
            throw new IllegalArgumentException("expected a sequence of 1 or more");
        }
    }

    /** What carries packets. */
    public enum Channel {
        TLS,
        DTLS,
        /** There is no connection now. */
        NONE
    }

    /**
     * What was carried, inner packets.
     *
     * @param octetsFromClient in packets that were let through
     * @param octetsToClient in packets that were sent
     * @param packetsFromClient how many were let through
     * @param packetsToClient how many were sent
     */
    public record Counters(
            long octetsFromClient,
            long octetsToClient,
            long packetsFromClient,
            long packetsToClient) {
        public static final Counters NONE = new Counters(0, 0, 0, 0);

        /**
         * @throws IllegalArgumentException if one is negative
         */
        public Counters {
            if (octetsFromClient < 0
                    || octetsToClient < 0
                    || packetsFromClient < 0
                    || packetsToClient < 0) {
                throw new IllegalArgumentException("expected counters of 0 or more");
            }
        }

        public Counters plus(Counters other) {
            return new Counters(
                    octetsFromClient + other.octetsFromClient,
                    octetsToClient + other.octetsToClient,
                    packetsFromClient + other.packetsFromClient,
                    packetsToClient + other.packetsToClient);
        }
    }

    /** What happened. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Started.class, name = "started"),
        @JsonSubTypes.Type(value = Roamed.class, name = "roamed"),
        @JsonSubTypes.Type(value = Carried.class, name = "carried"),
        @JsonSubTypes.Type(value = Lost.class, name = "lost"),
        @JsonSubTypes.Type(value = Ended.class, name = "ended")
    })
    public sealed interface Change {}

    /**
     * The tunnel is up: for the first time, or again.
     *
     * @param source where the client is
     * @param innerV4 its address
     * @param innerV6 its address
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Started(
            IpAddress source, Optional<IpAddress> innerV4, Optional<IpAddress> innerV6)
            implements Change {
        public Started {
            Objects.requireNonNull(source, "source");
            innerV4 = Objects.requireNonNullElse(innerV4, Optional.empty());
            innerV6 = Objects.requireNonNullElse(innerV6, Optional.empty());
        }
    }

    /** The client goes on from another address. */
    public record Roamed(IpAddress source) implements Change {
        public Roamed {
            Objects.requireNonNull(source, "source");
        }
    }

    /** Nothing but what was carried, or another channel. */
    public record Carried() implements Change {}

    /** The connection is gone; the session can be taken up again. */
    public record Lost() implements Change {}

    /** The session is over; nothing follows. */
    public record Ended(EndReason reason) implements Change {
        public Ended {
            Objects.requireNonNull(reason, "reason");
        }
    }

    /** Why a session ended. */
    public enum EndReason {
        /** The client said goodbye. */
        LOGOUT,
        /** It was on the list of those to disconnect, or an operator of the gateway ended it. */
        DISCONNECTED,
        IDLE_TIMEOUT,
        SESSION_TIMEOUT,
        /** No client took it up again in time. */
        LOST,
        /** The gateway was drained. */
        DRAINED,
        /** The client broke the protocol. */
        PROTOCOL_ERROR,
        /** The gateway could not carry it, for instance without a free address. */
        GATEWAY_FAULT
    }
}
