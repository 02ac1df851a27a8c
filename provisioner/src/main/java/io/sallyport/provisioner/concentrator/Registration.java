package io.sallyport.provisioner.concentrator;

import io.micronaut.core.annotation.Nullable;
import io.sallyport.provisioner.problem.FieldErrors;
import io.sallyport.wire.DnsName;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.IpNetwork;

import java.util.List;

/** What an operator says of a new concentrator, checked. */
record Registration(
        String name, IpAddress ikeAddress, List<IpNetwork> networks, IpAddress probeSource) {
    private static final int MAX_NETWORKS = 100;

    /**
     * Checks what was typed.
     *
     * @throws io.sallyport.provisioner.problem.ProblemException naming every field that cannot be
     *     accepted
     */
    static Registration of(
            @Nullable String name,
            @Nullable String ikeAddress,
            @Nullable List<String> protectedNetworks,
            @Nullable String probeSource) {
        var errors = new FieldErrors();
        var label = errors.required("name", name, Registration::label);
        var ike = errors.required("ikeAddress", ikeAddress, IpAddress::parse);
        var networks =
                errors.requiredList("protectedNetworks", protectedNetworks, IpNetwork::parse);
        var source = errors.required("probeSource", probeSource, IpAddress::parse);
        if (networks.size() > MAX_NETWORKS) {
            errors.add("protectedNetworks", "expected at most %d".formatted(MAX_NETWORKS));
        }
        for (int i = 0; i < networks.size(); i++) {
            IpNetwork network = networks.get(i);
            if (networks.subList(0, i).stream().anyMatch(network::overlaps)) {
                errors.add("protectedNetworks[%d]".formatted(i), "overlaps another one");
            }
        }
        source.filter(address -> networks.stream().noneMatch(n -> n.contains(address)))
                .ifPresent(
                        _ ->
                                errors.add(
                                        "probeSource",
                                        "expected an address in a protected network"));
        errors.throwIfAny();
        return new Registration(
                label.orElseThrow(), ike.orElseThrow(), networks, source.orElseThrow());
    }

    private static String label(String text) {
        if (!DnsName.isLabel(text)) {
            throw new IllegalArgumentException("expected one lower case DNS label such as paris");
        }
        return text;
    }
}
