package io.sallyport.wire;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

import java.util.regex.Pattern;

/**
 * A fully qualified host name in the preferred syntax (RFC 1123 section 2.1: letters, digits and
 * hyphens), lower case, at least two labels, without a final dot. Used as IKE identity (ID_FQDN,
 * RFC 7296 section 3.5) and as dNSName. Nothing that this type accepts has a meaning in a
 * configuration file.
 */
public record DnsName(@JsonValue String value) implements Comparable<DnsName> {
    private static final String LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
    private static final Pattern LABEL_SYNTAX = Pattern.compile(LABEL);
    private static final Pattern SYNTAX = Pattern.compile(LABEL + "(?:\\." + LABEL + ")+");
    // RFC 1035 section 2.3.4: 255 octets on the wire leave 253 characters of text.
    private static final int MAX_LENGTH = 253;

    /**
     * @throws IllegalArgumentException if the value is not a lower case host name of two or more
     *     labels
     */
    @JsonCreator
    public DnsName {
        if (value.length() > MAX_LENGTH || !SYNTAX.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "expected a lower case host name such as lyon.example.net");
        }
    }

    /** Whether the text is one label: 1 to 63 of a-z, 0-9 and inner hyphens. */
    public static boolean isLabel(String text) {
        return LABEL_SYNTAX.matcher(text).matches();
    }

    @Override
    public int compareTo(DnsName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
