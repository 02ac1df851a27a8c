package io.sallyport.provisioner.site;

import io.micronaut.core.annotation.Nullable;
import io.sallyport.provisioner.problem.FieldErrors;
import io.sallyport.wire.IpNetwork;

import java.util.ArrayList;
import java.util.List;

/**
 * The networks of one site: each well formed, none reserved, none overlapping another of the list.
 * Whether one collides with another site or with the concentrator's networks only the database can
 * say.
 */
public record ProtectedNetworks(List<IpNetwork> networks) {
    /** The most networks of one site; each costs a route and a traffic selector on both sides. */
    public static final int AT_MOST = 16;

    // Anything shorter is more address space than one site can have, and most likely a slip.
    private static final int SHORTEST_PREFIX_IPV4 = 8;
    private static final int SHORTEST_PREFIX_IPV6 = 32;

    public ProtectedNetworks {
        networks = List.copyOf(networks);
    }

    /**
     * Reads what a customer typed. Everything that is wrong is noted, at the field of the network.
     *
     * @param field name of the list
     * @param texts as typed; null if the field is missing
     * @param probePool where probe addresses come from
     * @return the networks; not to be used if anything was noted
     */
    public static ProtectedNetworks parse(
            String field, @Nullable List<String> texts, IpNetwork probePool, FieldErrors errors) {
        if (texts != null && texts.size() > AT_MOST) {
            errors.add(
                    field, "expected at most %d networks, got %d".formatted(AT_MOST, texts.size()));
            return new ProtectedNetworks(List.of());
        }
        List<IpNetwork> before = new ArrayList<>();
        return new ProtectedNetworks(
                errors.requiredList(
                        field,
                        texts,
                        text -> {
                            IpNetwork network = IpNetwork.parse(text);
                            refuse(network, before, probePool);
                            before.add(network);
                            return network;
                        }));
    }

    private static void refuse(IpNetwork network, List<IpNetwork> before, IpNetwork probePool) {
        int shortest = network.address().isIpv4() ? SHORTEST_PREFIX_IPV4 : SHORTEST_PREFIX_IPV6;
        if (network.prefixLength() < shortest) {
            throw new IllegalArgumentException(
                    "%s is too large: expected a prefix length of at least %d"
                            .formatted(network, shortest));
        }
        ReservedNetworks.refuse(network);
        if (network.overlaps(probePool)) {
            throw new IllegalArgumentException(
                    "%s is reserved: probe addresses come from %s".formatted(network, probePool));
        }
        for (IpNetwork other : before) {
            if (network.overlaps(other)) {
                throw new IllegalArgumentException(
                        "%s overlaps %s of the same order".formatted(network, other));
            }
        }
    }
}
