package io.sallyport.provisioner.order;

/** How far an order is. */
enum OrderState {
    /** Valid, and its place is allocated. */
    ACCEPTED,
    /** Certified, and in the desired state of its concentrator. */
    CONFIGURED,
    /** Loaded; the device configuration can be fetched. */
    READY,
    /** The branch dialled in and traffic passed. */
    LIVE,
    /** It will not be finished. */
    FAILED;

    /** Whether the device configuration can be fetched, or never will be. */
    boolean settled() {
        return this != ACCEPTED && this != CONFIGURED;
    }
}
