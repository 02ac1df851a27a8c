package io.sallyport.provisioner.authority;

/** Wants to know of every new CRL. */
@FunctionalInterface
public interface RevocationListObserver {
    /**
     * A CRL was issued. Called within the transaction that stores it; what it throws undoes both.
     *
     * @param authority common name of the authority that signed it
     */
    void issued(String authority);
}
