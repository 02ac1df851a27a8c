package io.sallyport.provisioner.authority;

/** Something in this process that accepts certificates of our authorities, and has to follow. */
public interface LocalTrust {
    /** Whether it accepts what is to be accepted now. Blocks on the database. */
    boolean isUpToDate();
}
