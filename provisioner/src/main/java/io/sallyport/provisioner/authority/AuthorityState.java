package io.sallyport.provisioner.authority;

/** Where an authority is in its life. Each purpose has exactly one that is CURRENT. */
public enum AuthorityState {
    /** Trusted by everybody before it issues; signs nothing but its CRL. */
    NEXT,
    /** Issues. */
    CURRENT,
    /** Issues no more and still answers for what it issued, which is accepted for a while. */
    RETIRED
}
