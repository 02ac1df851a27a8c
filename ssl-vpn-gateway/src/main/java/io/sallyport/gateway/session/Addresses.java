package io.sallyport.gateway.session;

import io.sallyport.wire.IpAddress;
import io.sallyport.wire.LoginGrant;
import io.sallyport.wire.Octets;

import java.time.Instant;
import java.util.Optional;

/**
 * The inner addresses of both families, and how many sessions may have them. A session has an IPv4
 * address, and an IPv6 address where there is a pool with a free one. Not thread-safe: the table's.
 */
public final class Addresses {
    private final AddressPool v4;
    private final Optional<AddressPool> v6;
    private final int most;

    /**
     * @param most new sessions are begun while there are fewer
     */
    public Addresses(AddressPool v4, Optional<AddressPool> v6, int most) {
        this.most = most;
        this.v4 = v4;
        this.v6 = v6;
    }

    /** A new session with its addresses; empty when there is no room left. */
    Optional<StoredSession> take(
            LoginGrant grant, Instant now, Optional<Octets> certificateSha256) {
        if (free() <= 0) {
            return Optional.empty();
        }
        return v4.take(grant.user())
                .map(
                        ipv4 ->
                                new StoredSession(
                                        grant.session(),
                                        grant.user(),
                                        grant.username(),
                                        grant.policy(),
                                        now,
                                        grant.notAfter(),
                                        ipv4,
                                        v6.flatMap(pool -> pool.take(grant.user())),
                                        certificateSha256));
    }

    /** Takes the addresses of a known session. @return false, and takes none, if it cannot be */
    boolean retake(StoredSession session) {
        if (!v4.retake(session.user(), session.ipv4())) {
            return false;
        }
        if (session.ipv6().isPresent() && !retakeV6(session, session.ipv6().get())) {
            v4.release(session.ipv4());
            return false;
        }
        return true;
    }

    private boolean retakeV6(StoredSession session, IpAddress ipv6) {
        return v6.isPresent() && v6.get().retake(session.user(), ipv6);
    }

    void release(StoredSession session) {
        v4.release(session.ipv4());
        session.ipv6().ifPresent(ipv6 -> v6.ifPresent(pool -> pool.release(ipv6)));
    }

    int prefixLengthV4() {
        return v4.network().prefixLength();
    }

    int prefixLengthV6() {
        return v6.map(pool -> pool.network().prefixLength()).orElse(128);
    }

    /** For so many more sessions there is room. */
    int free() {
        return Math.max(0, Math.min(v4.capacity(), most) - v4.used());
    }
}
