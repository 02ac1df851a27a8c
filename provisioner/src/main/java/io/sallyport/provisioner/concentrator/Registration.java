package io.sallyport.provisioner.concentrator;

import io.micronaut.core.annotation.Nullable;
import io.sallyport.provisioner.problem.FieldErrors;
import io.sallyport.provisioner.site.ProtectedNetworks;
import io.sallyport.wire.DnsName;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.IpNetwork;

import java.util.List;

/** What an operator says of a new concentrator, checked. */
record Registration(
        String name, IpAddress ikeAddress, List<IpNetwork> networks, IpAddress probeSource) {
    /**
     * Checks what was typed.
     *
     * @param probePool where probe addresses come from
     * @throws io.sallyport.provisioner.problem.ProblemException naming every field that cannot be
     *     accepted
     */
    static Registration of(
            @Nullable String name,
            @Nullable String ikeAddress,
            @Nullable List<String> protectedNetworks,
            @Nullable String probeSource,
            IpNetwork probePool) {
        var errors = new FieldErrors();
        var label = errors.required("name", name, Registration::label);
        var ike = errors.required("ikeAddress", ikeAddress, IpAddress::parse);
        var networks =
                ProtectedNetworks.parse("protectedNetworks", protectedNetworks, probePool, errors)
                        .networks();
        var source = errors.required("probeSource", probeSource, IpAddress::parse);
        // Branches would look for it inside their tunnel.
        ike.filter(address -> networks.stream().anyMatch(n -> n.contains(address)))
                .ifPresent(
                        _ ->
                                errors.add(
                                        "ikeAddress",
                                        "expected an address outside the protected networks"));
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
