package io.sallyport.provisioner.teleworker;

import io.micronaut.core.annotation.Nullable;
import io.sallyport.provisioner.problem.FieldErrors;
import io.sallyport.wire.DnsName;
import io.sallyport.wire.Factor;
import io.sallyport.wire.FirewallRule;
import io.sallyport.wire.GroupPolicy;
import io.sallyport.wire.IpAddress;
import io.sallyport.wire.IpNetwork;
import io.sallyport.wire.IpProtocol;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A group as a customer types it. Times are in seconds, 0 for none.
 *
 * @param name one DNS label
 * @param label for people; the name if absent
 * @param position groups are listed in this order, the first is preselected; 100 if absent
 * @param factors PASSWORD, TOTP, CERTIFICATE: all that are listed must be proved
 * @param includeRoutes networks that go through the tunnel; all if absent
 * @param excludeRoutes networks that do not
 * @param dnsServers 3 at most
 * @param splitDns domains that are asked through the tunnel; all if absent
 * @param defaultDomain search domain
 * @param banner shown after the login
 * @param mtu 1280 to 1500; derived from the path if absent
 * @param dpdSeconds 30 if absent
 * @param keepaliveSeconds 20 if absent
 * @param idleTimeoutSeconds none if absent
 * @param sessionTimeoutSeconds a week if absent or 0
 * @param rekeySeconds a day if absent
 * @param firewall rules in order; what none matches is denied, and everything is allowed if absent
 * @param bandwidthUpBitsPerSecond none if absent
 * @param bandwidthDownBitsPerSecond none if absent
 * @param maximumSessionsPerUser 1 to 65535; the oldest ends when there are more; 5 if absent
 */
record NewGroup(
        @Nullable String name,
        @Nullable String label,
        @Nullable Integer position,
        @Nullable List<String> factors,
        @Nullable List<String> includeRoutes,
        @Nullable List<String> excludeRoutes,
        @Nullable List<String> dnsServers,
        @Nullable List<String> splitDns,
        @Nullable String defaultDomain,
        @Nullable String banner,
        @Nullable Integer mtu,
        @Nullable Integer dpdSeconds,
        @Nullable Integer keepaliveSeconds,
        @Nullable Integer idleTimeoutSeconds,
        @Nullable Integer sessionTimeoutSeconds,
        @Nullable Integer rekeySeconds,
        @Nullable List<NewRule> firewall,
        @Nullable Long bandwidthUpBitsPerSecond,
        @Nullable Long bandwidthDownBitsPerSecond,
        @Nullable Integer maximumSessionsPerUser) {
    private static final int MONTH = 30 * 86_400;

    /** A few devices, and some that died without goodbye; nobody takes all addresses. */
    private static final int USUAL_SESSIONS = 5;

    private static final int MOST_SESSIONS = 65_535;

    /**
     * A firewall rule as typed.
     *
     * @param action allow or deny
     * @param network where packets go to
     * @param protocol any, tcp, udp, icmp or a number; any if absent
     * @param portFrom lowest port, with tcp or udp
     * @param portTo highest port; the lowest one if absent
     */
    record NewRule(
            @Nullable String action,
            @Nullable String network,
            @Nullable String protocol,
            @Nullable Integer portFrom,
            @Nullable Integer portTo) {}

    /** A group that can be. */
    record Checked(int position, GroupPolicy policy) {}

    /**
     * Checks what was typed.
     *
     * @throws io.sallyport.provisioner.problem.ProblemException naming every field that cannot be
     *     accepted
     */
    Checked checked() {
        var errors = new FieldErrors();
        String checkedName = errors.required("name", name, NewGroup::label).orElse("");
        Set<Factor> checkedFactors =
                Set.copyOf(errors.requiredList("factors", factors, NewGroup::factor));
        List<IpNetwork> include = list("includeRoutes", includeRoutes, IpNetwork::parse, errors);
        List<IpNetwork> exclude = list("excludeRoutes", excludeRoutes, IpNetwork::parse, errors);
        List<IpAddress> servers = list("dnsServers", dnsServers, IpAddress::parse, errors);
        List<DnsName> split = list("splitDns", splitDns, DnsName::new, errors);
        Optional<DnsName> domain =
                defaultDomain == null
                        ? Optional.empty()
                        : errors.required("defaultDomain", defaultDomain, DnsName::new);
        List<FirewallRule> rules = list("firewall", firewall, NewGroup::rule, errors);
        int checkedPosition = number("position", position, 100, 1_000_000, errors);
        int dpd = number("dpdSeconds", dpdSeconds, 30, 3_600, errors);
        int keepalive = number("keepaliveSeconds", keepaliveSeconds, 20, 86_400, errors);
        int idle = number("idleTimeoutSeconds", idleTimeoutSeconds, 0, MONTH, errors);
        int session = number("sessionTimeoutSeconds", sessionTimeoutSeconds, 0, MONTH, errors);
        int rekey = number("rekeySeconds", rekeySeconds, 86_400, MONTH, errors);
        int sessions =
                number(
                        "maximumSessionsPerUser",
                        maximumSessionsPerUser,
                        USUAL_SESSIONS,
                        1,
                        MOST_SESSIONS,
                        errors);
        errors.throwIfAny();
        try {
            return new Checked(
                    checkedPosition,
                    new GroupPolicy(
                            checkedName,
                            label == null ? checkedName : label,
                            checkedFactors,
                            include,
                            exclude,
                            servers,
                            split,
                            domain,
                            Optional.ofNullable(banner),
                            orNone(mtu),
                            dpd,
                            keepalive,
                            idle,
                            session,
                            rekey,
                            rules,
                            bandwidthUpBitsPerSecond == null ? 0 : bandwidthUpBitsPerSecond,
                            bandwidthDownBitsPerSecond == null ? 0 : bandwidthDownBitsPerSecond,
                            sessions));
        } catch (IllegalArgumentException e) {
            // The record says "field: expected ...".
            String[] parts = e.getMessage().split(": ", 2);
            errors.add(parts[0], parts[1]);
            errors.throwIfAny();
            throw e;
        }
    }

    private static Factor factor(String text) {
        return Arrays.stream(Factor.values())
                .filter(factor -> factor.name().equals(text))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "expected one of "
                                                + Arrays.stream(Factor.values())
                                                        .map(Factor::name)
                                                        .collect(Collectors.joining(", "))));
    }

    static String label(String text) {
        if (!DnsName.isLabel(text)) {
            throw new IllegalArgumentException("expected one lower case DNS label such as staff");
        }
        return text;
    }

    private static FirewallRule rule(NewRule typed) {
        if (typed.action() == null || typed.network() == null) {
            throw new IllegalArgumentException("expected an action and a network");
        }
        FirewallRule.Action action =
                switch (typed.action()) {
                    case "allow" -> FirewallRule.Action.ALLOW;
                    case "deny" -> FirewallRule.Action.DENY;
                    default -> throw new IllegalArgumentException("expected action allow or deny");
                };
        IpProtocol protocol =
                typed.protocol() == null ? IpProtocol.ANY : IpProtocol.parse(typed.protocol());
        int from = orNone(typed.portFrom());
        int usual = typed.portFrom() == null ? FirewallRule.MAX_PORT : from;
        int to = typed.portTo() == null ? usual : typed.portTo();
        return new FirewallRule(action, IpNetwork.parse(typed.network()), protocol, from, to);
    }

    private static <S, T> List<T> list(
            String field, @Nullable List<S> typed, Function<S, T> parse, FieldErrors errors) {
        if (typed == null || typed.isEmpty()) {
            return List.of();
        }
        if (typed.size() > GroupPolicy.MAX_ENTRIES) {
            errors.add(field, "expected at most %d entries".formatted(GroupPolicy.MAX_ENTRIES));
            return List.of();
        }
        return errors.requiredList(field, typed, parse);
    }

    private static int number(
            String field, @Nullable Integer typed, int usual, int most, FieldErrors errors) {
        return number(field, typed, usual, 0, most, errors);
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

    private static int orNone(@Nullable Integer value) {
        return value == null ? 0 : value;
    }
}
