package io.sallyport.provisioner.gateway;

import io.micronaut.transaction.annotation.Transactional;
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.provisioner.authority.RevocationListObserver;
import io.sallyport.provisioner.problem.ProblemException;

import jakarta.inject.Singleton;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.UUID;

/**
 * Counts the changes of each gateway's desired state, in the caller's transaction; whoever waits is
 * woken at its commit. Locks the gateways' rows until then. Every method blocks.
 *
 * <p>Locks are taken in one order everywhere: teleworker, authority, gateways, sessions.
 */
@Singleton
public class GatewayVersions implements RevocationListObserver {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayVersions.class);

    /** No count gets this far, and everything above it can still be counted. */
    private static final long AT_MOST = 1L << 53;

    private final GatewayStore store;

    GatewayVersions(GatewayStore store) {
        this.store = store;
    }

    /** Something changed for these gateways. */
    @Transactional
    public void changed(List<UUID> gateways) {
        if (!gateways.isEmpty()) {
            store.countChange(gateways);
        }
    }

    /** Something changed for every gateway of this customer. */
    @Transactional
    public void changedForCustomer(UUID customer) {
        store.countChangeOfCustomer(customer);
    }

    /** The CRL of the authority for teleworkers is part of every gateway's desired state. */
    @Override
    @Transactional
    public void issued(AuthorityProfile authority) {
        if (authority.equals(AuthorityProfile.TELEWORKERS)) {
            store.countChangeOfAll();
        }
    }

    /**
     * What a version that a node has is worth, after the database may have been restored: see the
     * versions of concentrators.
     *
     * @return the version, or 0 (none) if another database counted it
     * @throws ProblemException if it cannot be one
     */
    @Transactional
    long own(UUID gateway, String field, long version) {
        if (version < 0 || version > AT_MOST) {
            throw ProblemException.of(
                    ProblemException.Kind.INVALID_REQUEST,
                    field,
                    "expected a version from 0 to %d".formatted(AT_MOST));
        }
        if (store.overtake(gateway, version)) {
            LOG.warn(
                    "gateway {} has version {}, which this database never counted: was it"
                            + " restored? Everything is delivered anew",
                    gateway,
                    version);
        }
        return version < store.versionsFrom(gateway) ? 0 : version;
    }
}
