package io.sallyport.wire;

import com.fasterxml.jackson.annotation.JsonInclude;

import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What the teleworkers of a group must prove and what they get. Times are in seconds, 0 for none.
 *
 * @param name names the group in requests, one DNS label
 * @param label names it for people, 1 to 64 printable characters
 * @param factors what must be proved, all of them; the password or the certificate is among them
 * @param includeRoutes networks that go through the tunnel; none for everything
 * @param excludeRoutes networks that do not
 * @param dnsServers in the order of preference, at most {@link #MAX_DNS_SERVERS}, because clients
 *     keep no more
 * @param splitDns domains that are asked through the tunnel; none for all
 * @param defaultDomain search domain
 * @param banner shown after the login, at most {@link #MAX_BANNER} characters, lines parted by a
 *     line feed
 * @param mtu of the tunnel in octets, {@link #MIN_MTU} to {@link #MAX_MTU}; 0 to derive it from the
 *     path
 * @param dpdSeconds interval of dead peer detection
 * @param keepaliveSeconds interval of keepalives
 * @param idleTimeoutSeconds a session without traffic ends after this
 * @param sessionTimeoutSeconds a session ends after this
 * @param rekeySeconds a client makes a new tunnel after this
 * @param firewall evaluated in order, see {@link FirewallRule}; at most {@link #MAX_ENTRIES}
 * @param bandwidthUpBitsPerSecond limit of what a session sends, 0 for none
 * @param bandwidthDownBitsPerSecond limit of what a session receives, 0 for none
 * @param maximumSessionsPerUser 0 for no limit
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record GroupPolicy(
        String name,
        String label,
        Set<Factor> factors,
        List<IpNetwork> includeRoutes,
        List<IpNetwork> excludeRoutes,
        List<IpAddress> dnsServers,
        List<DnsName> splitDns,
        Optional<DnsName> defaultDomain,
        Optional<String> banner,
        int mtu,
        int dpdSeconds,
        int keepaliveSeconds,
        int idleTimeoutSeconds,
        int sessionTimeoutSeconds,
        int rekeySeconds,
        List<FirewallRule> firewall,
        long bandwidthUpBitsPerSecond,
        long bandwidthDownBitsPerSecond,
        int maximumSessionsPerUser) {
    /** The most entries of a list of networks, domains or rules. */
    public static final int MAX_ENTRIES = 256;

    public static final int MAX_DNS_SERVERS = 3;
    public static final int MAX_LABEL = 64;
    public static final int MAX_BANNER = 1_000;

    /** The least that IPv6 must carry (RFC 8200 section 5). */
    public static final int MIN_MTU = 1_280;

    public static final int MAX_MTU = 1_500;

    /**
     * @throws IllegalArgumentException if a field has a value that it must not have
     */
    public GroupPolicy {
        check("name", DnsName.isLabel(name), "one DNS label");
        check("label", isLine(label), "1 to %d printable characters".formatted(MAX_LABEL));
        check("factors", !factors.isEmpty(), "at least one factor");
        check(
                "factors",
                factors.contains(Factor.PASSWORD) || factors.contains(Factor.CERTIFICATE),
                "the password or the certificate, alone or with others");
        factors = Set.copyOf(EnumSet.copyOf(factors));
        includeRoutes = bounded("includeRoutes", includeRoutes, MAX_ENTRIES);
        excludeRoutes = bounded("excludeRoutes", excludeRoutes, MAX_ENTRIES);
        dnsServers = bounded("dnsServers", dnsServers, MAX_DNS_SERVERS);
        splitDns = bounded("splitDns", splitDns, MAX_ENTRIES);
        defaultDomain = Objects.requireNonNullElse(defaultDomain, Optional.empty());
        banner = Objects.requireNonNullElse(banner, Optional.empty());
        check(
                "banner",
                banner.map(GroupPolicy::isBanner).orElse(true),
                "1 to %d printable characters".formatted(MAX_BANNER));
        check(
                "mtu",
                mtu == 0 || (mtu >= MIN_MTU && mtu <= MAX_MTU),
                "0 or %d to %d".formatted(MIN_MTU, MAX_MTU));
        notNegative("dpdSeconds", dpdSeconds);
        notNegative("keepaliveSeconds", keepaliveSeconds);
        notNegative("idleTimeoutSeconds", idleTimeoutSeconds);
        notNegative("sessionTimeoutSeconds", sessionTimeoutSeconds);
        notNegative("rekeySeconds", rekeySeconds);
        firewall = bounded("firewall", firewall, MAX_ENTRIES);
        notNegative("bandwidthUpBitsPerSecond", bandwidthUpBitsPerSecond);
        notNegative("bandwidthDownBitsPerSecond", bandwidthDownBitsPerSecond);
        notNegative("maximumSessionsPerUser", maximumSessionsPerUser);
    }

    private static boolean isLine(String text) {
        return !text.isBlank()
                && text.length() <= MAX_LABEL
                && text.codePoints().allMatch(GroupPolicy::isPrintable);
    }

    private static boolean isBanner(String text) {
        return !text.isBlank()
                && text.length() <= MAX_BANNER
                && text.codePoints().allMatch(point -> point == '\n' || isPrintable(point));
    }

    // Whatever XML 1.0 can carry (section 2.2) and what does not reorder or hide other text.
    private static boolean isPrintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    false;
            default -> true;
        };
    }

    private static <T> List<T> bounded(String field, List<T> entries, int most) {
        check(field, entries.size() <= most, "at most %d entries".formatted(most));
        return List.copyOf(entries);
    }

    private static void notNegative(String field, long value) {
        check(field, value >= 0, "0 or more");
    }

    private static void check(String field, boolean holds, String expected) {
        if (!holds) {
            throw new IllegalArgumentException("%s: expected %s".formatted(field, expected));
        }
    }
}
