package io.sallyport.provisioner.teleworker;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A teleworker, as it may be shown.
 *
 * @param groups names of its groups
 * @param password whether it has one
 * @param totp whether it has a secret for one-time passwords
 */
record Teleworker(
        UUID id,
        UUID customer,
        Username username,
        State state,
        List<String> groups,
        boolean password,
        boolean totp,
        Instant createdAt) {

    /** Whether it may log in. */
    enum State {
        ACTIVE,
        /** May not log in; everything else stays. */
        BLOCKED,
        /** Is kept for the records of its sessions only. */
        DELETED
    }
}
