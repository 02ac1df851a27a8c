package io.sallyport.node.provisioner;

import java.util.Optional;

/**
 * How the last exchange of one kind went.
 *
 * @param reached whether it succeeded
 * @param problem why not
 */
public record ProvisionerContact(boolean reached, Optional<String> problem) {
    /** Nothing was tried yet. */
    public static final ProvisionerContact NONE_YET =
            new ProvisionerContact(false, Optional.empty());

    /** The exchange succeeded. */
    public static final ProvisionerContact GOOD = new ProvisionerContact(true, Optional.empty());

    /** The exchange failed. */
    public static ProvisionerContact failed(String problem) {
        return new ProvisionerContact(false, Optional.of(problem));
    }
}
