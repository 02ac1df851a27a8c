package io.sallyport.wire;

import com.fasterxml.jackson.annotation.JsonInclude;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What a concentrator saw. Reports of one boot are numbered without gaps and may be sent again
 * until they are acknowledged; the receiver stores each number once.
 *
 * @param boot made anew at each start of the concentrator process
 * @param sequence number of this report within the boot, from 1
 * @param watchedFrom the concentrator watched without interruption from here; within a boot it is
 *     the {@code watchedTo} of the report before, unless observation was lost
 * @param watchedTo until here
 * @param appliedVersion version of the desired state that charon was last made equal to, 0 for none
 * @param charon the daemon itself
 * @param tunnels the present truth of every tunnel of the applied state
 * @param changes every change of a truth between {@code watchedFrom} and {@code watchedTo}, oldest
 *     first
 * @param trust SHA-256, in hexadecimal, of each CA certificate and each CRL that charon itself says
 *     it has; empty if it was not asked
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record ObservationReport(
        UUID boot,
        long sequence,
        Instant watchedFrom,
        Instant watchedTo,
        long appliedVersion,
        Charon charon,
        List<TunnelObservation> tunnels,
        List<TruthChange> changes,
        Optional<Set<String>> trust) {

    /** More than any charon trusts. */
    private static final int MOST_TRUSTED = 1_000;

    /** One that does not say what charon trusts. */
    public ObservationReport(
            UUID boot,
            long sequence,
            Instant watchedFrom,
            Instant watchedTo,
            long appliedVersion,
            Charon charon,
            List<TunnelObservation> tunnels,
            List<TruthChange> changes) {
        this(
                boot,
                sequence,
                watchedFrom,
                watchedTo,
                appliedVersion,
                charon,
                tunnels,
                changes,
                Optional.empty());
    }

    /**
     * @throws IllegalArgumentException if the watched time ends before it begins, or what is
     *     trusted is not said by SHA-256
     */
    public ObservationReport {
        Objects.requireNonNull(boot, "boot");
        Objects.requireNonNull(charon, "charon");
        if (watchedTo.isBefore(watchedFrom)) {
            throw new IllegalArgumentException(
                    "watched from %s to %s: expected an end after the beginning"
                            .formatted(watchedFrom, watchedTo));
        }
        tunnels = List.copyOf(tunnels);
        changes = List.copyOf(changes);
        trust = orEmpty(trust).map(Set::copyOf);
        if (trust.isPresent()
                && (trust.get().size() > MOST_TRUSTED
                        || trust.get().stream().anyMatch(it -> !it.matches("[0-9a-f]{64}")))) {
            throw new IllegalArgumentException("expected SHA-256 of what charon trusts");
        }
    }

    /** Whether charon answers. */
    public enum CharonState {
        /** VICI answers within its deadline. */
        RUNNING,
        /** The socket exists, but a deadline passed without an answer. */
        UNRESPONSIVE,
        /** Nobody listens on the VICI socket. */
        ABSENT
    }

    /** Who encrypts: the kernel, or charon itself (kernel-libipsec). */
    public enum EspMode {
        KERNEL,
        USER_SPACE,
        UNKNOWN
    }

    /**
     * The daemon.
     *
     * @param state whether it answers
     * @param version as charon says it; empty while it was never reached
     * @param espMode where ESP is done
     * @param since when this state began
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Charon(
            CharonState state, Optional<String> version, EspMode espMode, Instant since) {
        public Charon {
            Objects.requireNonNull(state, "state");
            Objects.requireNonNull(espMode, "espMode");
            Objects.requireNonNull(since, "since");
            version = orEmpty(version);
        }
    }

    /** The truths that a concentrator can see; "ordered" is the provisioner's own. */
    public enum Truth {
        /** charon has the connection, just as desired. */
        LOADED,
        /** An IKE_SA with an installed CHILD_SA exists. */
        ESTABLISHED,
        /** A probe crossed the tunnel and came back just now. */
        CARRYING
    }

    /**
     * The present truth of one tunnel.
     *
     * @param tunnel its id
     * @param loaded whether charon has the connection as desired
     * @param problem why it could not be loaded, in charon's own words; empty if it is loaded
     * @param established the security association; empty if there is none
     * @param carrying whether probes come back
     * @param roundTrip of the last probe that came back, while carrying
     * @param probes sent while the tunnel was established, since the report before
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record TunnelObservation(
            UUID tunnel,
            boolean loaded,
            Optional<String> problem,
            Optional<SecurityAssociation> established,
            boolean carrying,
            Optional<Duration> roundTrip,
            Probes probes) {
        /** One that says nothing of probes. */
        public TunnelObservation(
                UUID tunnel,
                boolean loaded,
                Optional<String> problem,
                Optional<SecurityAssociation> established,
                boolean carrying,
                Optional<Duration> roundTrip) {
            this(tunnel, loaded, problem, established, carrying, roundTrip, Probes.NONE);
        }

        public TunnelObservation {
            Objects.requireNonNull(tunnel, "tunnel");
            problem = orEmpty(problem);
            established = orEmpty(established);
            roundTrip = orEmpty(roundTrip);
            probes = Objects.requireNonNullElse(probes, Probes.NONE);
        }
    }

    /**
     * What became of probes, one a second.
     *
     * @param answered came back in time
     * @param lost did not
     */
    public record Probes(long answered, long lost) {
        /** None was sent. */
        public static final Probes NONE = new Probes(0, 0);

        /**
         * @throws IllegalArgumentException if a count is negative
         */
        public Probes {
            if (answered < 0 || lost < 0) {
                throw new IllegalArgumentException("expected counts of probes");
            }
        }
    }

    /**
     * An established tunnel's security association.
     *
     * @param establishedAt when the IKE_SA was established
     * @param remoteAddress where the branch is now
     * @param ikeAlgorithms what was really negotiated for IKE, such as
     *     AES_GCM_16_256/PRF_HMAC_SHA2_384/ECP_256
     * @param espAlgorithms what was really negotiated for ESP
     * @param octetsIn received through the present CHILD_SA
     * @param octetsOut sent through the present CHILD_SA
     * @param authenticatedAt when the two ends proved who they are; an IKE rekey leaves it. Empty
     *     if nobody watched then
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record SecurityAssociation(
            Instant establishedAt,
            IpAddress remoteAddress,
            String ikeAlgorithms,
            String espAlgorithms,
            long octetsIn,
            long octetsOut,
            Optional<Instant> authenticatedAt) {
        /** One of which nobody saw the beginning. */
        public SecurityAssociation(
                Instant establishedAt,
                IpAddress remoteAddress,
                String ikeAlgorithms,
                String espAlgorithms,
                long octetsIn,
                long octetsOut) {
            this(
                    establishedAt,
                    remoteAddress,
                    ikeAlgorithms,
                    espAlgorithms,
                    octetsIn,
                    octetsOut,
                    Optional.empty());
        }

        public SecurityAssociation {
            Objects.requireNonNull(establishedAt, "establishedAt");
            Objects.requireNonNull(remoteAddress, "remoteAddress");
            Objects.requireNonNull(ikeAlgorithms, "ikeAlgorithms");
            Objects.requireNonNull(espAlgorithms, "espAlgorithms");
            authenticatedAt = orEmpty(authenticatedAt);
        }
    }

    /**
     * A truth began or ceased to hold.
     *
     * @param tunnel its id
     * @param truth which
     * @param holds whether it holds from now on
     * @param at when
     * @param cause why, in a sentence for people
     */
    public record TruthChange(UUID tunnel, Truth truth, boolean holds, Instant at, String cause) {
        public TruthChange {
            Objects.requireNonNull(tunnel, "tunnel");
            Objects.requireNonNull(truth, "truth");
            Objects.requireNonNull(at, "at");
            Objects.requireNonNull(cause, "cause");
        }
    }

    // Jackson hands over null for a field that is missing.
    private static <T> Optional<T> orEmpty(Optional<T> value) {
        return Objects.requireNonNullElse(value, Optional.empty());
    }
}
