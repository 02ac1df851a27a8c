package io.sallyport.provisioner.concentrator;

import io.micronaut.transaction.annotation.Transactional;
import io.sallyport.pki.profile.AuthorityProfile;
import io.sallyport.provisioner.authority.RevocationListObserver;
import io.sallyport.provisioner.database.Changes;

import jakarta.inject.Singleton;

import java.util.UUID;

/** The versions of desired states: a column that every change counts up. */
@Singleton
class CountedVersions implements DesiredVersions, RevocationListObserver {
    private final ConcentratorRepository concentrators;
    private final Changes changes;

    CountedVersions(ConcentratorRepository concentrators, Changes changes) {
        this.concentrators = concentrators;
        this.changes = changes;
    }

    @Override
    @Transactional
    public long next(UUID concentrator) {
        if (concentrators.countChange(concentrator) != 1) {
            throw new IllegalArgumentException("there is no concentrator " + concentrator);
        }
        changes.announceHere(concentrator);
        return concentrators.findDesiredVersion(concentrator).orElseThrow();
    }

    /** The CRL of the authority for sites is part of every desired state. */
    @Override
    @Transactional
    public void issued(AuthorityProfile authority) {
        if (authority.equals(AuthorityProfile.SITES)) {
            concentrators.countChangeOfAll();
        }
    }
}
