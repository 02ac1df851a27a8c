package io.sallyport.provisioner.truth;

/** Whether something is true of a tunnel. */
public enum Holds {
    YES,
    NO,
    /** Nobody watches. */
    UNKNOWN
}
