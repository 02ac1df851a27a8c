package io.sallyport.provisioner.gateway;

import io.micronaut.core.annotation.Nullable;
import io.sallyport.pki.profile.EndEntityProfile;
import io.sallyport.pki.profile.Identity;
import io.sallyport.provisioner.problem.FieldErrors;
import io.sallyport.wire.DnsName;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.IpNetwork;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What an operator says of a new gateway, checked. */
record GatewayRegistration(
        String name,
        String customer,
        List<String> serverNames,
        IpNetwork poolV4,
        Optional<IpNetwork> poolV6,
        int outerMtu,
        int dtlsPort,
        int disconnectedTimeoutSeconds) {
    private static final int DEFAULT_MTU = 1_500;
    private static final int DEFAULT_PORT = 443;
    private static final int DEFAULT_TIMEOUT = 300;

    /**
     * Checks what was typed.
     *
     * @throws io.sallyport.provisioner.problem.ProblemException naming every field that cannot be
     *     accepted
     */
    static GatewayRegistration of(NewGateway typed) {
        var errors = new FieldErrors();
        var name = errors.required("name", typed.name(), GatewayRegistration::label);
        var customer = errors.required("customer", typed.customer(), GatewayRegistration::label);
        var names = serverNames(typed.serverNames(), errors);
        var poolV4 = errors.required("poolV4", typed.poolV4(), text -> pool(text, true));
        var poolV6 = optional("poolV6", typed.poolV6(), text -> pool(text, false), errors);
        int mtu = number("outerMtu", typed.outerMtu(), DEFAULT_MTU, 1_280, 9_000, errors);
        int port = number("dtlsPort", typed.dtlsPort(), DEFAULT_PORT, 0, 65_535, errors);
        int timeout =
                number(
                        "disconnectedTimeoutSeconds",
                        typed.disconnectedTimeoutSeconds(),
                        DEFAULT_TIMEOUT,
                        0,
                        86_400,
                        errors);
        errors.throwIfAny();
        return new GatewayRegistration(
                name.orElseThrow(),
                customer.orElseThrow(),
                names,
                poolV4.orElseThrow(),
                poolV6,
                mtu,
                port,
                timeout);
    }

    /** The names as a certificate has them. */
    static List<Identity> identities(List<String> serverNames) {
        return serverNames.stream().map(GatewayRegistration::identity).toList();
    }

    private static List<String> serverNames(@Nullable List<String> typed, FieldErrors errors) {
        int most = EndEntityProfile.GATEWAY_TLS.namesAtMost();
        if (typed != null && typed.size() > most) {
            errors.add("serverNames", "expected at most %d names".formatted(most));
            return List.of();
        }
        List<String> names =
                errors.requiredList("serverNames", typed, text -> identity(text).text());
        if (names.stream().distinct().count() != names.size()) {
            errors.add("serverNames", "expected no name twice");
        }
        return names;
    }

    private static Identity identity(String text) {
        try {
            return text.contains(":") || text.matches("[0-9.]+")
                    ? Identity.ip(IpAddress.parse(text).address().getAddress())
                    : Identity.dns(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "expected a host name such as vpn.example.net, or an IP address", e);
        }
    }

    private static String label(String text) {
        if (!DnsName.isLabel(text)) {
            throw new IllegalArgumentException("expected one lower case DNS label such as paris");
        }
        return text;
    }

    private static IpNetwork pool(String text, boolean ipv4) {
        IpNetwork pool = IpNetwork.parse(text);
        int longest = ipv4 ? 29 : 120;
        int shortest = ipv4 ? 8 : 48;
        if (pool.address().isIpv4() != ipv4
                || pool.prefixLength() < shortest
                || pool.prefixLength() > longest) {
            throw new IllegalArgumentException(
                    "expected an IPv%d network with a prefix length of %d to %d"
                            .formatted(ipv4 ? 4 : 6, shortest, longest));
        }
        return pool;
    }

    private static <T> Optional<T> optional(
            String field, @Nullable String text, Function<String, T> parse, FieldErrors errors) {
        return text == null ? Optional.empty() : errors.required(field, text, parse);
    }

    private static int number(
            String field,
            @Nullable Integer typed,
            int usual,
            int least,
            int most,
            FieldErrors errors) {
        int value = typed == null ? usual : typed;
        if (value < least || value > most) {
            errors.add(field, "expected %d to %d".formatted(least, most));
        }
        return value;
    }
}
