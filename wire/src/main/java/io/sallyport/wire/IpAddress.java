package io.sallyport.wire;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

import java.net.InetAddress;
import java.util.regex.Pattern;

/**
 * An IPv4 or IPv6 address without zone or mask. Its text is canonical, so that equal addresses are
 * equal records.
 */
public record IpAddress(InetAddress address) {
    // Only what a literal can consist of reaches the JDK's parser: no names, no zones, no IPv4
    // short forms.
    private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Pattern IPV4 = Pattern.compile(OCTET + "(?:\\." + OCTET + "){3}");
    private static final Pattern IPV6 = Pattern.compile("(?=.*:)[0-9a-fA-F:.]{2,45}");

    /**
     * Parses a literal; never asks a name server.
     *
     * @throws IllegalArgumentException if the text is no address literal
     */
    @JsonCreator
    public static IpAddress parse(String text) {
        if (!IPV4.matcher(text).matches() && !IPV6.matcher(text).matches()) {
            throw malformed();
        }
        try {
            return new IpAddress(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException _) {
            throw malformed();
        }
    }

    public boolean isIpv4() {
        return address.getAddress().length == 4;
    }

    @JsonValue
    @Override
    public String toString() {
        return address.getHostAddress();
    }

    private static IllegalArgumentException malformed() {
        return new IllegalArgumentException(
                "expected an IP address such as 192.0.2.1 or 2001:db8::1");
    }
}
