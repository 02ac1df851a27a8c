package io.sallyport.node.enrolment;

import java.security.PrivateKey;
import java.util.List;

/**
 * A node that is enrolled. Holds its private keys: never printed.
 *
 * @param answer what the provisioner answered
 * @param keys the private keys, in the order of {@link Membership#keys()}
 */
public record Member<A extends Record>(A answer, List<PrivateKey> keys) {
    public Member {
        keys = List.copyOf(keys);
    }

    @Override
    public String toString() {
        return "Member[keys=(kept secret)]";
    }
}
