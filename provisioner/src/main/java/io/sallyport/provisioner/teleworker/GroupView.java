package io.sallyport.provisioner.teleworker;

import io.micronaut.core.annotation.Nullable;
import io.sallyport.wire.Factor;
import io.sallyport.wire.FirewallRule;
import io.sallyport.wire.GroupPolicy;

import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** A group as customers see it. */
record GroupView(
        UUID id,
        String name,
        String label,
        int position,
        List<Factor> factors,
        List<String> includeRoutes,
        List<String> excludeRoutes,
        List<String> dnsServers,
        List<String> splitDns,
        @Nullable String defaultDomain,
        @Nullable String banner,
        int mtu,
        int dpdSeconds,
        int keepaliveSeconds,
        int idleTimeoutSeconds,
        int sessionTimeoutSeconds,
        int rekeySeconds,
        List<RuleView> firewall,
        long bandwidthUpBitsPerSecond,
        long bandwidthDownBitsPerSecond,
        int maximumSessionsPerUser) {

    /** A firewall rule. */
    record RuleView(String action, String network, String protocol, int portFrom, int portTo) {
        static RuleView of(FirewallRule rule) {
            return new RuleView(
                    rule.action().name().toLowerCase(Locale.ROOT),
                    rule.network().toString(),
                    rule.protocol().toString(),
                    rule.portFrom(),
                    rule.portTo());
        }
    }

    static GroupView of(Groups.Group group) {
        GroupPolicy policy = group.policy();
        return new GroupView(
                group.id(),
                policy.name(),
                policy.label(),
                group.position(),
                policy.factors().stream().sorted().toList(),
                texts(policy.includeRoutes()),
                texts(policy.excludeRoutes()),
                texts(policy.dnsServers()),
                texts(policy.splitDns()),
                policy.defaultDomain().map(Object::toString).orElse(null),
                policy.banner().orElse(null),
                policy.mtu(),
                policy.dpdSeconds(),
                policy.keepaliveSeconds(),
                policy.idleTimeoutSeconds(),
                policy.sessionTimeoutSeconds(),
                policy.rekeySeconds(),
                policy.firewall().stream().map(RuleView::of).toList(),
                policy.bandwidthUpBitsPerSecond(),
                policy.bandwidthDownBitsPerSecond(),
                policy.maximumSessionsPerUser());
    }

    private static List<String> texts(List<?> values) {
        return values.stream().map(Object::toString).toList();
    }
}
