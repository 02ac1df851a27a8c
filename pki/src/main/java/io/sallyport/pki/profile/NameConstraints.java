package io.sallyport.pki.profile;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which names an authority may certify (RFC 5280 section 4.2.1.10). A name of a kind that no
 * permitted subtree speaks of is free, unless it is excluded. There are no subtrees of addresses:
 * strongSwan 5.9.8 does not load an authority that has one.
 *
 * @param permitted a name must lie within one of those of its kind, if there are any
 * @param excluded a name must not lie within any
 */
public record NameConstraints(List<Subtree> permitted, List<Subtree> excluded) {

    /** No constraints: the extension is left out. */
    public static final NameConstraints NONE = new NameConstraints(List.of(), List.of());

    /** Copies. */
    public NameConstraints {
        permitted = List.copyOf(permitted);
        excluded = List.copyOf(excluded);
    }

    /** Whether there is anything to write into a certificate. */
    public boolean isEmpty() {
        return permitted.isEmpty() && excluded.isEmpty();
    }

    /** The first of the names that is not allowed. */
    public Optional<Identity> forbidden(List<Identity> names) {
        return names.stream().filter(Predicate.not(this::allows)).findFirst();
    }

    private boolean allows(Identity name) {
        List<Subtree> ofItsKind =
                permitted.stream().filter(tree -> tree.kind() == name.kind()).toList();
        return (ofItsKind.isEmpty() || ofItsKind.stream().anyMatch(tree -> tree.contains(name)))
                && excluded.stream().noneMatch(tree -> tree.contains(name));
    }

    /** Part of the names of one kind. */
    public sealed interface Subtree {

        /** The kind of name that it speaks of. */
        Identity.Kind kind();

        /** Whether the name is of this kind and lies within. */
        boolean contains(Identity name);
    }

    /**
     * A host name and everything below it.
     *
     * @param base a host name
     */
    public record Hosts(Identity.Dns base) implements Subtree {

        @Override
        public Identity.Kind kind() {
            return Identity.Kind.DNS;
        }

        @Override
        public boolean contains(Identity name) {
            return name instanceof Identity.Dns(var text)
                    && (text.equals(base.text()) || text.endsWith("." + base.text()));
        }
    }

    /**
     * Everybody in the domains below a domain; not in the domain itself.
     *
     * @param above a domain, written with a dot before it in a certificate
     */
    public record UsersBelow(Identity.Dns above) implements Subtree {

        @Override
        public Identity.Kind kind() {
            return Identity.Kind.USER;
        }

        @Override
        public boolean contains(Identity name) {
            return name instanceof Identity.User(var text) && text.endsWith("." + above.text());
        }
    }
}
