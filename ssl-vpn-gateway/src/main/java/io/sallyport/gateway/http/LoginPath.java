package io.sallyport.gateway.http;

import io.sallyport.wire.DnsName;

import java.util.Optional;

/**
 * Where login requests go to: the root, or the address of one group ({@code https://gateway/staff})
 * that settles the choice of the group.
 *
 * @param group whose address it is; a DNS label
 */
public record LoginPath(Optional<String> group) {
    /** The root. */
    public static final LoginPath ROOT = new LoginPath(Optional.empty());

    /**
     * @throws IllegalArgumentException if the name is no DNS label
     */
    public LoginPath {
        if (group.isPresent() && !DnsName.isLabel(group.get())) {
            throw new IllegalArgumentException("expected a DNS label");
        }
    }

    /** The address of this group. */
    public static LoginPath of(String group) {
        return new LoginPath(Optional.of(group));
    }

    /** Parses a request target; a final slash is passed over. Empty if it is no such path. */
    static Optional<LoginPath> parse(String target) {
        if (target.equals("/")) {
            return Optional.of(ROOT);
        }
        if (!target.startsWith("/")) {
            return Optional.empty();
        }
        String group = target.substring(1, target.length() - (target.endsWith("/") ? 1 : 0));
        return DnsName.isLabel(group) ? Optional.of(of(group)) : Optional.empty();
    }

    /** As it stands in a request and in the action of a form. */
    @Override
    public String toString() {
        return "/" + group.orElse("");
    }
}
