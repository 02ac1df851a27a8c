package io.sallyport.pki.profile;

import io.sallyport.pki.profile.NameConstraints.Hosts;
import io.sallyport.pki.profile.NameConstraints.Subtree;
import io.sallyport.pki.profile.NameConstraints.UsersBelow;

import java.util.List;

/**
 * The names that a deployment hands out, all below one domain of its own, and which authority may
 * certify which of them. Branches are {@code <branch>.<customer>.<domain>}, teleworkers {@code
 * <name>@<customer>.<domain>}, and nodes {@code <name>.concentrators.<domain>} and {@code
 * <name>.gateways.<domain>}. Names of TLS servers are the operator's and may be any.
 *
 * @param domain fixed once there are authorities
 */
public record Namespace(Identity.Dns domain) {

    // RFC 6761 section 6.4: there is no name below it. To permit nothing else of a kind forbids the
    // kind, in a way that every reader understands alike; "exclude all" is not written alike for
    // host names and for mailboxes.
    private static final Identity.Dns NOWHERE = new Identity.Dns("invalid");

    /**
     * The constraints of an authority; {@link NameConstraints#NONE} for the root, which certifies
     * nobody but authorities.
     *
     * @throws IllegalArgumentException for a profile of unknown purpose
     */
    public NameConstraints constraints(AuthorityProfile profile) {
        return switch (profile.name()) {
            case "root" -> NameConstraints.NONE;
            case "sites" -> permitting(new Hosts(domain), new UsersBelow(NOWHERE));
            case "teleworkers" -> permitting(new UsersBelow(domain), new Hosts(NOWHERE));
            case "gateways" ->
                    new NameConstraints(
                            List.of(new UsersBelow(NOWHERE)),
                            List.of(nodes("concentrators"), nodes("gateways")));
            case "internal" -> new NameConstraints(List.of(new UsersBelow(NOWHERE)), List.of());
            default ->
                    throw new IllegalArgumentException(
                            "no names are planned for authority " + profile.name());
        };
    }

    private static NameConstraints permitting(Subtree... permitted) {
        return new NameConstraints(List.of(permitted), List.of());
    }

    private Hosts nodes(String kind) {
        return new Hosts(new Identity.Dns(kind + "." + domain.text()));
    }
}
