package io.sallyport.concentrator.reconcile;

import io.sallyport.vici.Charon;
import io.sallyport.vici.SaSelector;
import io.sallyport.vici.ViciCommandException;
import io.sallyport.vici.ViciUnknownCommandException;
import io.sallyport.wire.DesiredState;
import io.sallyport.wire.DesiredState.DesiredTunnel;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiPredicate;
import java.util.function.LongSupplier;

/**
 * Has branches authenticate anew where the desired state asks for it, without an interruption: a
 * branch is redirected to this very concentrator (RFC 5685), whereupon it sets up a new IKE_SA and
 * its CHILD_SA beside the old ones and ends those when the new ones are there. Owned by the
 * reconciling thread.
 *
 * <p>charon's own re-authentication from this end was tried and is worse: the branch, told by a
 * DELETE that the old IKE_SA ended, dials beside the new one, and the two ends then breed
 * duplicates (ADR 70).
 */
final class Reauthentication {
    private static final Logger LOG = System.getLogger(Reauthentication.class.getName());

    /** A branch that did not answer is asked again; strongSwan takes five redirects in 300 s. */
    private static final Duration AGAIN_AFTER = Duration.ofSeconds(70);

    /**
     * Between two of them. Packets are lost while one end has the new CHILD_SA and the other is
     * still verifying signatures; the more do that at once the longer it takes each.
     */
    private static final Duration APART = Duration.ofMillis(100);

    private final BiPredicate<String, Instant> isAuthenticatedAfter;
    private final LongSupplier nanoTime;
    private final Map<String, Asked> asked = new HashMap<>();

    private record Asked(Instant wanted, long nanos) {}

    /**
     * @param isAuthenticatedAfter whether a connection has an SA that is young enough
     */
    Reauthentication(BiPredicate<String, Instant> isAuthenticatedAfter, LongSupplier nanoTime) {
        this.isAuthenticatedAfter = isAuthenticatedAfter;
        this.nanoTime = nanoTime;
    }

    /**
     * Asks every branch that is to authenticate anew, and was not asked just now, one after the
     * other. Blocks, a tenth of a second for each.
     *
     * @throws IOException if charon does not answer
     */
    void bring(Charon charon, DesiredState desired) throws IOException {
        List<DesiredTunnel> wanted = desired.tunnels().stream().filter(this::isWanted).toList();
        asked.keySet().retainAll(wanted.stream().map(DesiredTunnel::connectionName).toList());
        int others = 0;
        for (DesiredTunnel tunnel : wanted) {
            Instant after = tunnel.authenticatedAfter().orElseThrow();
            Asked before = asked.get(tunnel.connectionName());
            long now = nanoTime.getAsLong();
            if (before != null
                    && before.wanted().equals(after)
                    && now - before.nanos() < AGAIN_AFTER.toNanos()) {
                continue;
            }
            if (others > 0) {
                LockSupport.parkNanos(APART.toNanos());
            }
            others++;
            ask(charon, tunnel.connectionName(), desired.local().ikeAddress().toString());
            asked.put(tunnel.connectionName(), new Asked(after, now));
        }
    }

    private boolean isWanted(DesiredTunnel tunnel) {
        return tunnel.authenticatedAfter()
                .filter(after -> !isAuthenticatedAfter.test(tunnel.connectionName(), after))
                .isPresent();
    }

    private static void ask(Charon charon, String connection, String address) throws IOException {
        try {
            charon.redirect(SaSelector.ike(connection), address);
            LOG.log(Level.INFO, "{0} is to authenticate anew", connection);
        } catch (ViciCommandException e) {
            // Mostly: it has no SA. When it dials in it authenticates.
            LOG.log(Level.INFO, "{0} cannot be redirected: {1}", connection, e.charonMessage());
        } catch (ViciUnknownCommandException e) {
            LOG.log(Level.WARNING, "{0} cannot be redirected: {1}", connection, e.getMessage());
        }
    }
}
