package io.sallyport.wire;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * Names a teleworker's session: 128 random bits, as 32 lower case hexadecimal digits. It is in logs
 * and lists and opens nothing by itself.
 */
public record SessionId(@JsonValue String hex) {
    /** Octets of an id. */
    public static final int OCTETS = 16;

    private static final Pattern SYNTAX = Pattern.compile("[0-9a-f]{32}");

    /**
     * @throws IllegalArgumentException if the text is not 32 lower case hexadecimal digits
     */
    @JsonCreator
    public SessionId {
        if (!SYNTAX.matcher(hex).matches()) {
            throw new IllegalArgumentException("expected 32 lower case hexadecimal digits");
        }
    }

    /**
     * @throws IllegalArgumentException if they are not 16 octets
     */
    public static SessionId of(byte[] octets) {
        return new SessionId(HexFormat.of().formatHex(octets));
    }

    public byte[] toOctets() {
        return HexFormat.of().parseHex(hex);
    }

    @Override
    public String toString() {
        return hex;
    }
}
