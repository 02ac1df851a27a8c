package io.sallyport.pki.profile;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Who a certificate speaks of: one subject alternative name (RFC 5280 section 4.2.1.6). There is
 * none that is not well formed; all are ASCII, so no two different identities look or compare
 * alike.
 */
public sealed interface Identity {

    /** The kinds, as a profile allows them. */
    enum Kind {
        /** dNSName. */
        DNS,
        /** iPAddress. */
        IP,
        /** uniformResourceIdentifier. */
        URI,
        /** rfc822Name. */
        USER
    }

    /** The identity in canonical form. */
    String text();

    /** Which kind it is. */
    Kind kind();

    /** {@link Dns} of the name in lower case. */
    static Identity dns(String name) {
        // Only ASCII: the Kelvin sign, for one, would become the letter k.
        boolean ascii = name.chars().allMatch(c -> c < 0x80);
        return new Dns(ascii ? name.toLowerCase(Locale.ROOT) : name);
    }

    /** {@link Ip} of an address literal; nothing is resolved. */
    static Identity ip(String literal) {
        InetAddress address;
        try {
            address = InetAddress.ofLiteral(literal);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not an IP address literal", e);
        }
        // The JDK also reads the ancient short forms of IPv4 (10.1 is 10.0.0.1); a certificate has
        // no use for them.
        if (!literal.contains(":") && !address.getHostAddress().equals(literal)) {
            throw new IllegalArgumentException("not an IPv4 address in dotted decimal");
        }
        return new Ip(address);
    }

    /** {@link Ip} of 4 or 16 octets, as a certificate has them. */
    static Identity ip(byte[] octets) {
        try {
            return new Ip(InetAddress.getByAddress(octets));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("an IP address has 4 or 16 octets", e);
        }
    }

    /** {@link Uri} of the text. */
    static Identity uri(String text) {
        return new Uri(text);
    }

    /** {@link User} of the text. */
    static Identity user(String text) {
        return new User(text);
    }

    /**
     * A person: a name within a domain, written as a mail address is (RFC 5280 section 4.2.1.6) and
     * IKEv2 names users (ID_RFC822_ADDR, RFC 7296 section 3.5). Nobody sends mail there.
     */
    record User(String text) implements Identity {
        private static final Pattern NAME =
                Pattern.compile("[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?");

        /** Checks the syntax. */
        public User {
            int at = text.indexOf('@');
            if (at < 0 || !NAME.matcher(text).region(0, at).matches()) {
                throw new IllegalArgumentException(
                        "not a name within a domain: " + Printable.of(text));
            }
            new Dns(text.substring(at + 1));
        }

        @Override
        public Kind kind() {
            return Kind.USER;
        }
    }

    /**
     * A host name in the preferred name syntax (RFC 1034 section 3.5, RFC 1123 section 2.1):
     * letters, digits and hyphens, in lower case, no final dot, no wildcard, and not to be taken
     * for an IPv4 address.
     */
    record Dns(String text) implements Identity {
        private static final int LENGTH_AT_MOST = 253;
        private static final String LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
        // Possessive, so that a hostile text costs linear time.
        private static final Pattern LABELS = Pattern.compile("(?:" + LABEL + "\\.)*+" + LABEL);
        private static final Pattern NUMERIC_END = Pattern.compile("(?:.*\\.)?[0-9]+");

        /** Checks the syntax. */
        public Dns {
            if (text.length() > LENGTH_AT_MOST
                    || !LABELS.matcher(text).matches()
                    || NUMERIC_END.matcher(text).matches()) {
                throw new IllegalArgumentException(
                        "not a host name of letters, digits and hyphens: " + Printable.of(text));
            }
        }

        @Override
        public Kind kind() {
            return Kind.DNS;
        }
    }

    /** An IP address, 4 or 16 octets in the certificate. */
    record Ip(InetAddress address) implements Identity {
        /** Refuses an address with a scope. */
        public Ip {
            if (address.getHostAddress().contains("%")) {
                throw new IllegalArgumentException("an IP address with a scope names no host");
            }
        }

        @Override
        public String text() {
            return address.getHostAddress();
        }

        @Override
        public Kind kind() {
            return Kind.IP;
        }
    }

    /**
     * An absolute URI that names one of our processes, such as {@code
     * urn:sallyport:concentrator:c1}. Only unreserved characters, colons and slashes (RFC 3986
     * section 2), so that there is one way to write it.
     */
    record Uri(String text) implements Identity {
        private static final int LENGTH_AT_MOST = 253;
        private static final Pattern ABSOLUTE =
                Pattern.compile("[a-z][a-z0-9+.-]*+:[A-Za-z0-9/._~-][A-Za-z0-9:/._~-]*+");

        /** Checks the syntax. */
        public Uri {
            if (text.length() > LENGTH_AT_MOST || !ABSOLUTE.matcher(text).matches()) {
                throw new IllegalArgumentException(
                        "not an absolute URI of plain characters: " + Printable.of(text));
            }
        }

        @Override
        public Kind kind() {
            return Kind.URI;
        }
    }
}
