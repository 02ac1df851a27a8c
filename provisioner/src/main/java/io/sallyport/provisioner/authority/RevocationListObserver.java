package io.sallyport.provisioner.authority;

import io.sallyport.pki.profile.AuthorityProfile;

/** Wants to know of every new CRL. */
@FunctionalInterface
public interface RevocationListObserver {
    /**
     * A CRL was issued. Called within the transaction that stores it; what it throws undoes both.
     *
     * @param authority profile of the authority that signed it
     */
    void issued(AuthorityProfile authority);
}
