package io.sallyport.provisioner.authority;

import io.sallyport.pki.profile.AuthorityProfile;

/**
 * Wants to know of every new CRL, and of every authority that is accepted or issues from now on.
 */
@FunctionalInterface
public interface RevocationListObserver {
    /**
     * A CRL was issued, or an authority changed its state. Called within the transaction that
     * stores it; what it throws undoes both.
     *
     * @param authority profile of the authority
     */
    void issued(AuthorityProfile authority);
}
