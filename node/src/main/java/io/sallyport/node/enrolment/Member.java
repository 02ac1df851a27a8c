package io.sallyport.node.enrolment;

import java.security.PrivateKey;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A node that is enrolled. Holds its private keys: never printed.
 *
 * @param order that the keys were made for; empty if the node made them by itself
 * @param answer what the provisioner answered
 * @param keys the private keys, in the order of {@link Membership#keys()}
 */
public record Member<A extends Record>(Optional<UUID> order, A answer, List<PrivateKey> keys) {
    public Member {
        keys = List.copyOf(keys);
    }

    @Override
    public String toString() {
        return "Member[order=%s, keys=(kept secret)]".formatted(order);
    }
}
